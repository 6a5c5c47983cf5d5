"""Linkage of event records of different agencies to incidents: inputs, model, assignment, links, evaluation."""
