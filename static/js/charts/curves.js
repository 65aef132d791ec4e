// Evidence and S over time: pictures where the chart library is there, and always a table.

import { fill, number, part, setShown, setText } from "../lib/dom.js";
import { decimal, isKnown, odds } from "../lib/numbers.js";
import { fillTable } from "../lib/plain_table.js";

const HEIGHT = 150;
const TWENTY = Math.log10(20);
const MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const clock = new Intl.DateTimeFormat([], MINUTES);
const clockWithSeconds = new Intl.DateTimeFormat([], { ...MINUTES, second: "2-digit" });

export function createCurves({ library, words, scales }) {
  const fold = part("curve-fold");
  let latest = { samples: [], mode: null };
  let charts = null;
  let valueAxis = null;

  function makeCharts({ default: Chart }) {
    charts = {
      evidence: createChart(Chart, part("curve-evidence-frame"), evidenceAxis),
      value: createChart(Chart, part("curve-value-frame"), () => valueAxis),
    };
    drawCharts();
  }

  function drawCharts() {
    if (!charts) return;
    const { samples, mode } = latest;
    const times = samples.map(([at]) => at / 1000);
    charts.evidence(
      times,
      samples.map(([, , , log10]) => log10),
    );
    const values = samples.map(([, , value]) => value);
    valueAxis = limitsAxis(scales[mode === "aqmjoe" ? "h" : "s"], values);
    charts.value(times, values);
  }

  function fillRows() {
    if (!fold.open) return;
    fillTable(
      part("curve-body"),
      latest.samples.map(([at, rounds, value, log10]) => [
        clockWithSeconds.format(at),
        number(rounds),
        odds(log10, words),
        decimal(value),
      ]),
    );
  }

  fold.addEventListener("toggle", fillRows);
  // Without npm, or without a network, the table stands alone.
  function doWithout() {
    for (const name of ["evidence", "value"]) setShown(part(`curve-${name}`), false);
    fold.open = true;
  }

  if (library) import(library).then(makeCharts, doWithout);
  else doWithout();

  return (samples, mode) => {
    latest = { samples, mode };
    const name = mode === "aqmjoe" ? words.h : words.s;
    setText(part("curve-evidence-name"), words.facts.evidence[0]);
    setText(part("curve-value-name"), name);
    setText(part("curve-value-head"), name);
    part("curve-evidence-frame").setAttribute("aria-label", words.curve_evidence);
    part("curve-value-frame").setAttribute("aria-label", fill(words.curve_s, { name }));
    drawCharts();
    fillRows();
  };
}

// An axis says where it begins and ends, what it names, and which lines run through.
function evidenceAxis(values) {
  const known = values.filter(isKnown);
  const low = Math.min(-1, Math.floor(Math.min(...known)));
  const high = Math.max(2, Math.ceil(Math.max(...known)));
  const every = Math.ceil((high - low) / 5);
  const powers = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  const named = every > 1 ? powers.filter((power) => power % every === 0) : powers.filter((power) => power !== 1);
  return {
    range: [low, high],
    named: every > 1 ? named : [...named, TWENTY].sort((one, other) => one - other),
    write: powerText,
    lines: [
      { at: 0, colour: "--ink", dash: [] },
      { at: TWENTY, colour: "--quantum", dash: [6, 3] },
    ],
  };
}

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

export function powerText(power) {
  if (power >= -2 && power <= 3) return number(10 ** power, 0, 2);
  return `10${[...String(power)].map((sign) => SUPERSCRIPTS[sign]).join("")}`;
}

function limitsAxis({ from, to, bounds }, values) {
  const low = Math.min(from, ...values.filter(isKnown).map((value) => Math.floor(2 * value) / 2));
  const [classical, quantum, limit] = bounds;
  return {
    range: [low, to],
    named: [low, ...bounds],
    write: (value) => number(value, 0, 2),
    lines: [
      { at: classical, colour: "--ink", dash: [] },
      { at: quantum, colour: "--quantum", dash: [6, 3] },
      { at: limit, colour: "--edge", dash: [2, 3] },
    ],
  };
}

function timeTexts(times) {
  const fine = times.some((time) => time % 60 !== 0);
  return times.map((time) => (fine ? clockWithSeconds : clock).format(1000 * time));
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function createChart(Chart, frame, axisOf) {
  let chart = null;
  let axis = null;

  function make(data) {
    const small = `12px ${getComputedStyle(frame).fontFamily}`;
    const plain = { stroke: () => colour("--muted"), font: small, ticks: { show: false } };
    chart = new Chart(
      {
        width: frame.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 12, 0, 0],
        scales: { x: { time: true }, y: { range: () => axis.range } },
        axes: [
          { ...plain, size: 24, space: 72, grid: { show: false }, values: (_, at) => timeTexts(at) },
          {
            ...plain,
            size: 44,
            splits: () => axis.named,
            values: (_, named) => named.map((value) => axis.write(value)),
            grid: { stroke: () => colour("--hairline"), width: 1 },
          },
        ],
        series: [
          {},
          { stroke: () => colour("--quantum"), width: 2, points: { size: 4, fill: () => colour("--quantum") } },
        ],
        hooks: { drawAxes: [(self) => drawLines(self, axis.lines)] },
      },
      data,
      frame,
    );
  }

  new ResizeObserver(() => {
    if (chart && frame.clientWidth) chart.setSize({ width: frame.clientWidth, height: HEIGHT });
  }).observe(frame);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart?.redraw());

  return (times, values) => {
    axis = axisOf(values);
    if (chart) chart.setData([times, values]);
    else if (frame.clientWidth) make([times, values]);
  };
}

function drawLines({ ctx, bbox, valToPos }, lines) {
  ctx.save();
  for (const { at, colour: name, dash } of lines) {
    const y = Math.round(valToPos(at, "y", true));
    ctx.strokeStyle = colour(name);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
