"""人才发展指数: a weighted, versioned index per place, with what every indicator contributes."""
