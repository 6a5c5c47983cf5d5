"""The page of the annual report and the board packs: sections, headings, charts and maps of protected figures."""
