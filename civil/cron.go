package civil

// Cron is a set of wall times, as cron(8) writes it: minute, hour, day of the
// month, month, day of the week.
type Cron struct{ text string }
