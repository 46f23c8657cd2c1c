/** The page's looks: one column, light or dark as the reader's system is, fit for print. */
export const style = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --paper: #fff; --band: #f6f8fa; --mark: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --quiet: #9aa4af; --line: #3d444d; --paper: #0d1117; --band: #161b22; --mark: #56b4e9; }
}
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 78rem; background: var(--paper); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { max-width: 44rem; } .quiet { color: var(--quiet); } .hypothesis { font-size: 1.1rem; border-left: 4px solid var(--mark); padding-left: .9rem; }
.scroll { overflow-x: auto; } svg { max-width: 100%; min-width: 40rem; height: auto; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .55rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
.words { white-space: normal; min-width: 9rem; max-width: 20rem; } .number.words { max-width: 12rem; }
thead th { border-bottom: 2px solid var(--text); } .number { text-align: right; } tbody tr:hover { background: var(--band); }
.best { font-weight: 700; } .missing { color: var(--quiet); font-style: italic; } .tag { font-size: .75rem; color: var(--quiet); border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; margin-left: .4rem; }
a { color: inherit; text-decoration-color: var(--mark); text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .8rem; margin: .5rem 0; } summary { cursor: pointer; }
.warning { border-left: 4px solid #d55e00; padding-left: .9rem; }
@media print { body { max-width: none; padding: 0; } details { border: 0; } details > summary { list-style: none; } .scroll { overflow: visible; } }
`;
