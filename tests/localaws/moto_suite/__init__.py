"""moto's own tests, run against localaws: what differs is on record, each with AWS's word for it."""
