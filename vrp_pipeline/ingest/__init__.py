"""From a delivery to a bronze month: read, conform, pseudonymise, validate, then publish or hold."""
