exchange-ask = the facts cannot be asked: { $why }
exchange-rows = the sheet has { $rows } rows, and at most { $most } are taken at once: send it in parts
exchange-sheet = { $wrong } cells or rows are wrong, and nothing was taken in:
    { $told }
