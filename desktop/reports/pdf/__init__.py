"""Papers as PDF: receipts, acknowledgement slips, remittances. The only importer of fpdf2, segno and pypdfium2."""
