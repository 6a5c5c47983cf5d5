"""From true counts to protected ones: each is described, protected by rule, and attacked with the rest."""
