namespace LeanPose.Cli.Reports;

/// <summary>The look of every report. The sheet stands inside an XML tree, which would escape angle brackets and ampersands: none here.</summary>
internal static class ReportStyle
{
    /// <summary>Number of line colours; series beyond it start again.</summary>
    public const int Colours = 8;

    public const string Css = """

        :root {
          --paper: #ffffff; --card: #f6f7f9; --ink: #1b2027; --soft: #5b6573; --line: #dde1e7; --bar: #9dbdf0;
          --warn: #8a5300; --warn-paper: #fff4dc;
          --s0: #2563c9; --s1: #d9730d; --s2: #1f8a4c; --s3: #b0308f; --s4: #6a5acd; --s5: #a86b00; --s6: #0b8a94; --s7: #c03434;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171c; --card: #1d2129; --ink: #e8ebf0; --soft: #9aa5b4; --line: #323944; --bar: #33589a;
            --warn: #ffce7a; --warn-paper: #35290f;
            --s0: #7fb0ff; --s1: #ffab5c; --s2: #62d391; --s3: #f08ad6; --s4: #b3a7ff; --s5: #e5bd55; --s6: #55d3dd; --s7: #ff8f8f;
          }
        }
        .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); }
        .s4 { --c: var(--s4); } .s5 { --c: var(--s5); } .s6 { --c: var(--s6); } .s7 { --c: var(--s7); }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 28px 20px 60px; }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 44px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
        h3 { font-size: .95rem; margin: 0 0 6px; font-weight: 600; }
        p { margin: 0 0 12px; } .soft { color: var(--soft); } .small { font-size: .85rem; }
        .state { display: inline-block; padding: 1px 10px; border-radius: 999px; background: var(--card); border: 1px solid var(--line); font-size: .85rem; }
        .warning { background: var(--warn-paper); color: var(--warn); border-radius: 8px; padding: 8px 14px; margin: 0 0 10px; overflow-wrap: anywhere; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 22px 0; }
        .tile { background: var(--card); border-radius: 10px; padding: 12px 16px; }
        .tile b { display: block; font-size: 1.55rem; white-space: nowrap; line-height: 1.25; font-variant-numeric: tabular-nums; }
        .tile span { display: block; color: var(--soft); font-size: .82rem; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 22px; margin-bottom: 26px; }
        .chart { margin: 0; min-width: 0; }
        .chart svg { display: block; width: 100%; height: auto; }
        .chart .grid { stroke: var(--line); stroke-width: 1; }
        .chart text { fill: var(--soft); font-size: 12px; }
        .chart .curve { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .chart .range { stroke: var(--c); stroke-width: 1.5; opacity: .6; }
        .chart .mark { fill: var(--c); }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 4px 0 0; padding: 0; font-size: .82rem; color: var(--soft); }
        .legend li::before { content: ""; display: inline-block; width: 14px; height: 4px; border-radius: 2px; background: var(--c); margin-right: 6px; vertical-align: middle; }
        .legend b { color: var(--ink); font-variant-numeric: tabular-nums; font-weight: 600; }
        .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 4px 40px; }
        .two div { min-width: 0; }
        .scroll { overflow-x: auto; margin: 0 0 14px; }
        table { border-collapse: collapse; font-size: .92rem; min-width: min(100%, 420px); }
        th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th { font-weight: 600; color: var(--soft); font-size: .82rem; }
        tbody th { color: var(--ink); font-weight: 500; font-size: .92rem; white-space: nowrap; }
        .num { font-variant-numeric: tabular-nums; white-space: nowrap; }
        .best { font-weight: 700; }
        .interval { display: block; font-weight: 400; font-size: .82rem; color: var(--soft); }
        .bar { display: inline-block; width: 120px; height: 9px; border-radius: 3px; background: var(--card); margin-right: 10px; overflow: hidden; }
        .bar i { display: block; height: 100%; background: var(--bar); }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr)); gap: 16px; margin-bottom: 22px; }
        .pictures figure { margin: 0; min-width: 0; }
        .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 3px; border-radius: 8px; overflow: hidden; background: var(--card); }
        .pair img { width: 100%; height: auto; display: block; }
        .fault img { width: 100%; height: auto; display: block; border-radius: 8px; }
        .error { color: var(--s7); font-weight: 600; } .hint { color: var(--soft); }
        figcaption { font-size: .82rem; color: var(--soft); padding-top: 4px; overflow-wrap: anywhere; }
        .whole { max-width: 100%; height: auto; border-radius: 8px; border: 1px solid var(--line); }
        .key { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin: 0 5px 0 12px; border: 1px solid #0c0e14; }
        pre { background: var(--card); border-radius: 8px; padding: 14px 16px; overflow-x: auto; font: .84rem/1.5 ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; margin: 0 0 14px; }
        code { font: .9em ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
        @media (max-width: 560px) { main { padding: 18px 14px 40px; } .bar { width: 60px; } h1 { font-size: 1.4rem; } .tiles { grid-template-columns: 1fr 1fr; } }
        @media print { section { break-inside: avoid; } }

        """;
}
