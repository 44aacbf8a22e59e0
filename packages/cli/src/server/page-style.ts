/** The style of the page at `/`, for light and dark screens of any width. */
export const pageStyle = `
:root { color-scheme: light dark; --text: light-dark(#1c2530, #dfe6ee); --faint: light-dark(#5b6876, #93a1b0);
  --back: light-dark(#fbfcfe, #11161c); --raised: light-dark(#fff, #18202a); --line: light-dark(#dde4ec, #2a3542);
  --blue: light-dark(#1a5fb4, #7fb4ff); --green: light-dark(#1c7446, #6fd3a0); --violet: light-dark(#7a3fb0, #cba4f7) }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--text); font: 1.05rem/1.6 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: clamp(2rem, 8vh, 5rem) 1.25rem 2rem }
h1 { display: flex; align-items: center; gap: .6rem; margin: 0; font-size: 2.3rem; line-height: 1.2; letter-spacing: -.02em }
h1 svg { width: 1.15em; height: 1.15em; color: var(--blue) }
h2 { margin: 2.5rem 0 0; font-size: 1.2rem }
p { text-wrap: pretty }
.lead { margin: .8rem 0 1.6rem; font-size: 1.2rem; color: var(--faint) }
pre, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace }
code { font-size: .92em }
pre { margin: 1rem 0; padding: 1rem 1.2rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .98rem; line-height: 1.5;
  background: var(--raised); border: 1px solid var(--line); border-radius: .6rem }
pre::before { content: "$ "; color: var(--faint); user-select: none }
pre span { user-select: all }
b { font-weight: 600; color: var(--blue) }
b.shell { color: var(--green) }
b.system { color: var(--violet) }
dl { margin: 1rem 0; display: grid; grid-template-columns: max-content 1fr; border-top: 1px solid var(--line) }
dt, dd { margin: 0; padding: .6rem 0; border-bottom: 1px solid var(--line) }
dt { padding-right: 2rem; font-family: ui-monospace, monospace; font-size: .95em }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dt { padding-bottom: 0; border: 0 } dd { padding-top: .1rem } }
footer { margin-top: 3rem; font-size: .9rem; color: var(--faint) }
`;
