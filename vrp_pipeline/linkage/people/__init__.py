"""Privacy-preserving linkage of person records of different agencies: inputs, encodings, model, links, evaluation."""
