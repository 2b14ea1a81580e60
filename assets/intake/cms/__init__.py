"""The relative value file of the Physician Fee Schedule, read exactly as CMS publishes it."""
