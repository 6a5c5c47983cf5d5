"""Which records of different agencies are of one person, compared as encodings: inputs, model, links, evaluation."""
