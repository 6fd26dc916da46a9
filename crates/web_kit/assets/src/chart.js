// Draws <figure class="chart"> from the JSON inside it. Every number drawn also stands in the table beside it.
//
// Shapes (values are in the unit shown; null is a gap):
//   trend  { days, thin, thick, thinName, thickName, num, den, unit, digits, running }
//   line   { days, series: [{ name, values, color, dash }], num, den, unit, digits, zero, rules: [{ day, label }], gates: [{ at, label }] }
//   stack  { days, series: [{ name, values, color }], unit, digits }: parts of a change, more above 0, less below
//   hist   { bins: [[from, to, n]], unit, digits, countName, mark: { at, label } }
//   mirror { days, up, down, upName, downName, unit }
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, BarChart, GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, SVGRenderer]);

const drawn = new Map();
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** A token's colour as it is now: the probe resolves it, so that themes switch live. */
function token(name) {
  const probe = document.getElementById("probe");
  probe.style.color = `var(--sh-${name})`;
  return getComputedStyle(probe).color;
}

function palette() {
  const names = ["ink", "ink-2", "ink-3", "line", "line-strong", "surface", "raised", "brand", "broken", "kept", "warning"];
  for (let i = 1; i <= 8; i += 1) names.push(`data-${i}`);
  return Object.fromEntries(names.map((name) => [name, token(name)]));
}

const zh = () => document.documentElement.lang.startsWith("zh");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function day(text) {
  const [, month, date] = text.split("-");
  return zh() ? `${month}-${date}` : `${Number(date)} ${MONTHS[Number(month) - 1]}`;
}
function fullDay(text) {
  const [year, month, date] = text.split("-");
  return zh() ? text : `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}`;
}

function number(value, digits) {
  if (value === null || value === undefined) return zh() ? "暂无" : "no data";
  const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}
function withUnit(value, spec) {
  const text = number(value, spec.digits ?? 0);
  if (value === null || value === undefined || !spec.unit) return text;
  return spec.unit === "%" ? `${text}%` : `${text} ${spec.unit}`;
}

/** Axis labels stay short: 12,000 -> 12K or 1.2 万. */
function short(value) {
  const size = Math.abs(value);
  if (zh() && size >= 1e8) return `${+(value / 1e8).toFixed(1)} 亿`;
  if (zh() && size >= 1e4) return `${+(value / 1e4).toFixed(1)} 万`;
  if (!zh() && size >= 1e6) return `${+(value / 1e6).toFixed(1)}M`;
  if (!zh() && size >= 1e4) return `${+(value / 1e3).toFixed(1)}K`;
  return `${+value.toFixed(2)}`;
}

/** The rows of a tooltip: [name, value] pairs under a head. Built as elements, so that no text is ever markup. */
function tip(head, rows) {
  const box = document.createElement("div");
  const title = document.createElement("b");
  title.textContent = head;
  box.append(title);
  for (const [name, value] of rows) {
    const row = document.createElement("p");
    const left = document.createElement("span");
    const right = document.createElement("span");
    left.textContent = name;
    right.textContent = value;
    row.append(left, right);
    box.append(row);
  }
  return box;
}

function fraction(spec, i) {
  if (!spec.num || spec.num[i] === null || spec.num[i] === undefined) return [];
  const whole = (n) => number(n, Number.isInteger(n) ? 0 : 1);
  return [[zh() ? "分子 ÷ 分母" : "num ÷ den", `${whole(spec.num[i])} ÷ ${whole(spec.den[i])}`]];
}

/** What a reader hears or hovers at one point. */
function story(spec, i) {
  switch (spec.kind) {
    case "trend":
      return [fullDay(spec.days[i]), [[spec.thickName, withUnit(spec.thick[i], spec)], [spec.thinName, withUnit(spec.thin[i], spec)], ...fraction(spec, i)]];
    case "stack":
      return [fullDay(spec.days[i]), spec.series.filter((s) => s.values[i]).map((s) => [s.name, withUnit(s.values[i], spec)])];
    case "line":
      return [fullDay(spec.days[i]), [...spec.series.map((s) => [s.name, withUnit(s.values[i], spec)]), ...fraction(spec, i)]];
    case "hist": {
      const [from, to, n] = spec.bins[i];
      return [`${number(from, spec.digits)}–${withUnit(to, spec)}`, [[spec.countName, number(n, 0)]]];
    }
    case "mirror":
      return [fullDay(spec.days[i]), [[spec.upName, withUnit(spec.up[i], spec)], [spec.downName, withUnit(spec.down[i], spec)]]];
    default:
      return ["", []];
  }
}

const points = (spec) => (spec.kind === "hist" ? spec.bins.length : spec.days.length);

/** Gates as dotted lines across, a change of rules as a full line down. */
function marks(spec, c, text) {
  const gates = (spec.gates ?? []).map((g) => ({
    yAxis: g.at,
    lineStyle: { color: c["ink-2"], type: [2, 3], width: 1 },
    label: { ...text, formatter: g.label, position: "insideStartTop", distance: 2 },
  }));
  const rules = (spec.rules ?? []).map((r) => ({
    xAxis: r.day,
    lineStyle: { color: c.ink, type: "solid", width: 1.5 },
    label: { color: c.ink, fontSize: 12, fontWeight: 600, formatter: r.label, position: "end", distance: 4 },
  }));
  if (gates.length + rules.length === 0) return undefined;
  return { silent: true, animation: false, symbol: "none", data: [...gates, ...rules] };
}

function option(spec, c, width) {
  const small = width < 420;
  const text = { color: c["ink-3"], fontSize: 11, fontFamily: getComputedStyle(document.body).fontFamily };
  const hair = { lineStyle: { color: c.line, width: 1 } };
  const base = {
    animation: false,
    textStyle: { fontFamily: text.fontFamily },
    tooltip: {
      trigger: "axis",
      className: "tip",
      confine: true,
      transitionDuration: 0,
      backgroundColor: c.raised,
      borderColor: c.line,
      borderWidth: 1,
      padding: 0,
      axisPointer: { type: "line", lineStyle: { color: c["line-strong"], type: "solid" } },
      formatter: (params) => {
        const [head, rows] = story(spec, (Array.isArray(params) ? params[0] : params).dataIndex);
        return tip(head, rows);
      },
    },
  };
  const dayAxis = (every) => ({
    type: "category",
    data: spec.days,
    boundaryGap: false,
    axisLine: { show: true, onZero: false, lineStyle: { color: c.line } },
    axisTick: { show: false },
    axisLabel: { ...text, interval: every, formatter: day, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
  });
  const last = spec.days ? spec.days.length - 1 : 0;
  const spread = (n) => (i) => i === 0 || i === last || (n > 2 && i % Math.max(1, Math.round(last / (n - 1))) === 0 && last - i > last / (2 * n));

  if (spec.kind === "trend") {
    // The last day of one that still runs is drawn dashed, up to now.
    const over = spec.running ? last - 1 : last;
    const upTo = spec.thin.map((v, i) => (i <= over ? v : null));
    const soFar = spec.thin.map((v, i) => (i >= over ? v : null));
    return {
      ...base,
      grid: { left: 0, right: 8, top: 8, bottom: 26 },
      xAxis: dayAxis((i) => i === 0 || i === last),
      yAxis: { type: "value", show: false, scale: true, min: spec.zero ? 0 : undefined },
      series: [
        { type: "line", data: upTo, showSymbol: false, silent: true, lineStyle: { width: 1, color: c["line-strong"], opacity: 0.55 }, itemStyle: { color: c["line-strong"] } },
        ...(spec.running ? [{ type: "line", data: soFar, showSymbol: false, silent: true, lineStyle: { width: 1, type: "dashed", color: c.ink }, itemStyle: { color: c.ink } }] : []),
        { type: "line", data: spec.thick, symbol: "circle", symbolSize: (v, p) => (p.dataIndex === over ? 8 : 0), showAllSymbol: true, lineStyle: { width: 2, color: c.ink }, itemStyle: { color: c.ink }, emphasis: { disabled: true } },
      ],
    };
  }
  if (spec.kind === "line") {
    const ends = spec.series.map((s) => s.name);
    const longest = Math.max(...ends.map((n) => [...n].reduce((w, ch) => w + (ch > "⺀" ? 12 : 6.6), 0)), 30);
    // A share ends at 100.
    const most = spec.unit === "%" ? Math.max(...spec.series.flatMap((s) => s.values.map((v) => v ?? 0))) : 0;
    const gates = spec.gates ?? [];
    const right = small ? 12 : Math.min(150, longest + 62);
    // Gates above the line are part of the picture.
    const reach = gates.length ? spec.series.flatMap((s) => s.values).filter((v) => v !== null && v !== undefined).concat(gates.map((g) => g.at)) : [];
    return {
      ...base,
      grid: { left: 44, right, top: spec.rules?.length ? 28 : 14, bottom: 24 },
      xAxis: dayAxis(spread(small ? 3 : 6)),
      yAxis: {
        type: "value",
        scale: !spec.zero,
        min: spec.zero ? 0 : reach.length ? Math.floor(Math.min(...reach) / 5) * 5 : undefined,
        ...(reach.length ? { max: Math.min(100, Math.ceil((Math.max(...reach) + 1) / 5) * 5) } : {}),
        ...(most > 60 ? { max: 100, interval: 25 } : {}),
        splitNumber: 4,
        axisLabel: { ...text, formatter: short },
        splitLine: hair,
      },
      series: spec.series.map((s, n) => {
        const color = c[s.color] ?? c.ink;
        return {
          type: "line",
          name: s.name,
          data: s.values,
          showAllSymbol: true,
          symbol: n === 0 ? "circle" : "none",
          symbolSize: (v, p) => (p.dataIndex === last ? 8 : 0),
          lineStyle: { width: n === 0 ? 2 : 1.5, color, type: s.dash ? [4, 4] : "solid" },
          itemStyle: { color },
          emphasis: { disabled: true },
          endLabel: { show: !small, color: n === 0 ? c.ink : c["ink-2"], fontSize: 12, fontWeight: n === 0 ? 600 : 400, distance: 8, formatter: (p) => (p.value === null || p.value === undefined || Number.isNaN(p.value) ? "" : `${s.name} ${withUnit(p.value, spec)}`.trim()) },
          labelLayout: { moveOverlap: "shiftY" },
          markLine: n === 0 ? marks(spec, c, text) : undefined,
        };
      }),
    };
  }
  if (spec.kind === "stack") {
    return {
      ...base,
      legend: undefined,
      grid: { left: 44, right: 12, top: 10, bottom: 24 },
      xAxis: { ...dayAxis(spread(small ? 3 : 6)), boundaryGap: true, axisLine: { show: true, onZero: true, lineStyle: { color: c["line-strong"] } } },
      yAxis: { type: "value", splitNumber: 4, axisLabel: { ...text, formatter: (v) => number(v, Math.abs(v) < 10 && v % 1 !== 0 ? 1 : 0) }, splitLine: hair },
      series: spec.series.map((s) => ({
        type: "bar",
        name: s.name,
        stack: "all",
        data: s.values,
        itemStyle: { color: c[s.color] ?? c.ink },
        barMaxWidth: 14,
        emphasis: { disabled: true },
      })),
    };
  }
  if (spec.kind === "hist") {
    const bins = spec.bins;
    const mark = spec.mark && bins.length > 0 ? (spec.mark.at - bins[0][0]) / (bins.at(-1)[1] - bins[0][0]) : undefined;
    return {
      ...base,
      grid: { left: 44, right: 16, top: 34, bottom: 24 },
      // Two axes: one of bins for the bars, one of values for the scale below and the mark.
      xAxis: [
        { type: "category", data: bins.map((b) => b[0]), show: false },
        { type: "value", position: "bottom", min: bins[0]?.[0], max: bins.at(-1)?.[1], splitNumber: small ? 4 : 8, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: c["line-strong"] } }, axisTick: { show: false }, axisPointer: { show: false }, axisLabel: { ...text, formatter: (v) => (spec.unit === "%" ? `${+v.toFixed(2)}%` : short(v)), hideOverlap: true } },
      ],
      yAxis: { type: "value", splitNumber: 4, minInterval: 1, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...text, formatter: short }, splitLine: hair },
      series: [
        { type: "bar", xAxisIndex: 0, data: bins.map((b) => b[2]), barCategoryGap: "6%", itemStyle: { color: c["data-8"] }, emphasis: { itemStyle: { color: c.ink } } },
        {
          type: "line",
          xAxisIndex: 1,
          data: [],
          markLine: mark === undefined ? undefined : { silent: true, animation: false, symbol: "none", data: [{ xAxis: spec.mark.at }], lineStyle: { color: c.ink, width: 1.5, type: "solid" }, label: { color: c.ink, fontSize: 12, fontWeight: 600, formatter: spec.mark.label, position: "end", distance: 6, align: mark > 0.75 ? "right" : mark < 0.25 ? "left" : "center" } },
        },
      ],
    };
  }
  if (spec.kind === "mirror") {
    const top = Math.max(1, ...spec.up, ...spec.down);
    return {
      ...base,
      grid: { left: 36, right: 12, top: 24, bottom: 24 },
      xAxis: { ...dayAxis(spread(small ? 3 : 6)), boundaryGap: true, axisLine: { show: true, onZero: true, lineStyle: { color: c["line-strong"] } } },
      yAxis: { type: "value", min: spec.down.some((v) => v > 0) ? -top : 0, max: top, splitNumber: 4, minInterval: 1, axisLabel: { ...text, formatter: (v) => short(Math.abs(v)) }, splitLine: hair },
      series: [
        { type: "bar", name: spec.upName, data: spec.up, itemStyle: { color: c["data-4"] }, barMaxWidth: 8, barGap: "-100%" },
        { type: "bar", name: spec.downName, data: spec.down.map((v) => -v), itemStyle: { color: c["ink-3"] }, barMaxWidth: 8 },
      ],
    };
  }
  return base;
}

function draw(figure) {
  const plot = figure.querySelector(".plot");
  const data = figure.querySelector("script[type='application/json']");
  if (!plot || !data || drawn.has(plot)) return;
  const spec = JSON.parse(data.textContent);
  const chart = init(plot, null, { renderer: "svg" });
  const paint = () => {
    if (!plot.isConnected) {
      chart.dispose();
      drawn.delete(plot);
      return;
    }
    chart.resize({ animation: { duration: 0 } });
    chart.setOption(option(spec, palette(), plot.clientWidth), true);
  };
  drawn.set(plot, paint);
  let width = 0;
  new ResizeObserver(() => {
    if (plot.clientWidth === width) return;
    width = plot.clientWidth;
    paint();
  }).observe(plot);

  // The pointer by keyboard; what it points at is also said.
  let at = -1;
  plot.addEventListener("keydown", (event) => {
    const n = points(spec);
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 }[event.key];
    if (event.key === "Home") at = 0;
    else if (event.key === "End") at = n - 1;
    else if (event.key === "Escape") at = -1;
    else if (step) at = Math.min(n - 1, Math.max(0, (at < 0 ? (step < 0 ? n : -1) : at) + step));
    else return;
    event.preventDefault();
    if (at < 0) {
      chart.dispatchAction({ type: "hideTip" });
      return;
    }
    chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: at });
    const [head, rows] = story(spec, at);
    const live = document.getElementById("live");
    if (live) live.textContent = [head, ...rows.map(([name, value]) => `${name} ${value}`)].join(zh() ? ",": ", ");
  });
  plot.addEventListener("blur", () => {
    at = -1;
    chart.dispatchAction({ type: "hideTip" });
  });
  paint();
}

export function drawAll(within) {
  const figures = within.matches?.("figure.chart") ? [within] : within.querySelectorAll("figure.chart");
  for (const figure of figures) draw(figure);
}

export function redrawAll() {
  for (const paint of [...drawn.values()]) paint();
}

still.addEventListener("change", redrawAll);
