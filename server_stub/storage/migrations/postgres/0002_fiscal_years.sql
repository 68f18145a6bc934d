-- Each write to a record of a budget asks which fiscal years of the stream are closed: a handful of rows, found without reading the others.
CREATE INDEX record_fiscal_year ON record (stream) WHERE type = 'fiscal_year';
