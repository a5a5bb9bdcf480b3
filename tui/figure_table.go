package tui

// figureTable is a small table whose head is a rule: "── phases (ms) ── dns ── tcp".
type figureTable struct {
	title string
	lead  int // cells of the first column
	heads []string
	rows  [][]string // the first cell is the row's name
}

// width returns the cells of a line.
func (t *figureTable) width() int {
	n := t.lead
	for i := range t.heads {
		n += t.column(i)
	}
	return n
}

// column returns the cells of a column, with those before it.
func (t *figureTable) column(i int) int {
	n := max(len(t.heads[i]), 5)
	for _, row := range t.rows {
		if i+1 < len(row) {
			n = max(n, len(row[i+1]))
		}
	}
	return n + 2
}

// drawHead draws the head without ending the line.
func (t *figureTable) drawHead(c *canvas) {
	at := c.col + t.lead
	c.dashes(2)
	c.put(key, " "+t.title+" ")
	for i, head := range t.heads {
		at += t.column(i)
		c.dashes(at - c.col - len(head) - 2)
		c.put(plain, " "+head+" ")
	}
}

// drawRow draws a row without ending the line; blanks beyond the last.
func (t *figureTable) drawRow(c *canvas, i int) {
	at := c.col
	if i < len(t.rows) {
		c.cell(plain, t.rows[i][0], t.lead)
		for k, text := range t.rows[i][1:] {
			c.cellRight(plain, text, t.column(k)-1)
			c.put(plain, " ")
		}
	}
	c.fill(at + t.width())
}

// drawFigureTables draws tables side by side.
func drawFigureTables(c *canvas, tables ...*figureTable) {
	rows := 0
	for _, t := range tables {
		t.drawHead(c)
		rows = max(rows, len(t.rows))
	}
	c.dashes(c.left())
	c.end()
	for i := range rows {
		for _, t := range tables {
			t.drawRow(c, i)
		}
		c.end()
	}
}
