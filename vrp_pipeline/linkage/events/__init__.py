"""Which event records of different agencies tell of the same incident: inputs, model, assignment, links, evaluation."""
