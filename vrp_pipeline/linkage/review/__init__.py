"""Clerical review of event links: a stratified sample, its pairs side by side, and what decisions say of the links."""
