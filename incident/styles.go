package incident

// sheet is the style of an HTML report. It needs no other font, follows the
// reader's light or dark, and prints black on white. Without it the report is a
// plain page that reads from top to bottom.
const sheet = `
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--soft:#5b5b5b;--line:#d0d0d0;--well:#f4f5f7;--link:#0b57a4;--ask:#8a4b00;--askback:#fff6e5;--p95:#7a5195}
@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#16181c;--soft:#a8adb5;--line:#3b4048;--well:#20242b;--link:#7ab8ff;--ask:#ffc66d;--askback:#2c2416;--p95:#d3a6e8}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:62rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.8rem;line-height:1.2;margin:.2rem 0 1rem}
h2{font-size:1.3rem;margin:2.2rem 0 .6rem;padding-bottom:.2rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.4rem 0 .4rem}
a{color:var(--link)}
dl.front{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;margin:0 0 1rem;padding:.8rem 1rem;background:var(--well)}
dl.front dt{color:var(--soft)}dl.front dd{margin:0;grid-column:2}
nav{font-size:.95rem;columns:2 18rem;margin:1rem 0}
nav ol{margin:0;padding:0;list-style:none}
.tasks{padding:.8rem 1rem .8rem 2.2rem;border-left:4px solid var(--ask);background:var(--askback)}
.blank{margin:.6rem 0;padding:.4rem .8rem;border-left:4px dashed var(--ask);background:var(--askback);color:var(--ask);font-style:italic}
td .blank{padding:0 .3rem;border:0}
.scroll{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:break-word}
th{color:var(--soft);font-weight:600;border-bottom-width:2px}
table.lines td:nth-child(2){white-space:nowrap}
tr:target{background:var(--askback)}
figure{margin:1.2rem 0}figcaption{font-weight:600}
svg{display:block;width:100%;height:auto;color:var(--ink)}
svg text{font-family:system-ui,sans-serif}
.grid{stroke:var(--line)}.mark{stroke:var(--soft)}line.mark{stroke-dasharray:4 3}circle.mark{fill:var(--paper)}
rect.up{fill:#7fb3d5}.in-down{fill:#fff}.in-degraded{fill:#000}.in-unknown,.in-excluded{fill:var(--ink)}
.median{stroke:var(--link)}.p95{stroke:var(--p95)}text.limit{fill:var(--ask)}path.limit{stroke:var(--ask)}
pre{overflow-x:auto;padding:.6rem;background:var(--well);font-size:.8rem}
footer{margin-top:3rem;padding-top:.6rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
code{font-size:.9em}
@media print{
:root{color-scheme:light;--ink:#000;--paper:#fff;--soft:#333;--line:#999;--well:#fff;--link:#000;--ask:#000;--askback:#fff;--p95:#000}
body{max-width:none;padding:0;font-size:10pt}
@page{margin:16mm 14mm}
h1,h2,h3{break-after:avoid}
tr,figure,.blank,.tasks{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
table{font-size:8pt}
th,td{padding:.15rem .35rem}
nav{display:none}
}
`
