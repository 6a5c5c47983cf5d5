"""From true counts to protected ones: every count is described, protected by a rule, and attacked with the rest."""
