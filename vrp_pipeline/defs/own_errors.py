"""Errors that the pipeline itself raised in a run. Their messages are for users and quote no value of a row."""

import dagster as dg

# Dagster's text begins with the class of the error and its module.
OWN = "vrp_pipeline."


def own_message(event: dg.DagsterEvent) -> str | None:
    """Return the message of the pipeline's own error among the causes of a step's failure; None if there is none."""
    error = event.step_failure_data.error
    while error is not None:
        if error.message.startswith(OWN):
            return error.message.partition(": ")[2].strip()
        error = error.cause
    return None
