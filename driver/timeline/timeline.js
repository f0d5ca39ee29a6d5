// The program of the page that `weir trace` makes (Timeline.cpp writes #data).
//
// Tasks are packed into rows: a task has a row of its own, those of one name
// share as few as they can. Times are tenths of microseconds throughout.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const {spans, texts, short, places, tasks, stops} = data;
const RUN = 0, WAIT = 1, READY = 2;
const count = spans.task.length;
const end = Math.max(data.end, 1);
const stopOf = new Map(stops.map((s, i) => [s.span, i]));
const $ = id => document.getElementById(id);

// --- words ------------------------------------------------------------------

const time = t => {
  const us = t / 10;
  if (us >= 1e6) return (us / 1e6).toFixed(2) + ' s';
  if (us >= 1e4) return (us / 1e3).toFixed(0) + ' ms';
  if (us >= 1e3) return (us / 1e3).toFixed(1) + ' ms';
  return us.toFixed(us < 10 ? 1 : 0) + ' µs';
};
const plural = (n, noun) => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
const nameOf = task => tasks[task][4] ? 'callbacks' : short[tasks[task][1]];
const endOf = task => texts[tasks[task][3]];
const base = file => file.slice(file.lastIndexOf('/') + 1);
const at = place => place < 0 ? '' : `${base(texts[places[place][1]])}:${places[place][2]}`;

/** An element: `make('td', {className: 'x'}, child, 'text')`. */
function make(tag, properties, ...children) {
  const e = Object.assign(document.createElement(tag), properties);
  e.append(...children);
  return e;
}

// --- what belongs to what ----------------------------------------------------

const spansOf = tasks.map(() => []);
for (let i = 0; i < count; ++i) spansOf[spans.task[i]].push(i);
const ran = tasks.map(() => 0), waited = tasks.map(() => 0), delayed = tasks.map(() => 0);
for (let i = 0; i < count; ++i) {
  const of = [ran, waited, delayed][spans.kind[i]];
  of[spans.task[i]] += spans.end[i] - spans.begin[i];
}
const firstOf = task => spans.begin[spansOf[task][0]];
const lastOf = task => spans.end[spansOf[task][spansOf[task].length - 1]];
const children = tasks.map(() => []);
tasks.forEach((t, i) => { if (t[2] >= 0 && t[2] !== i) children[t[2]].push(i); });

/** Rows: {label, count, spans, begin, end, top, loop}; headings have no spans. */
const rows = [];
let filter = '';
function arrange() {
  rows.length = 0;
  for (let loop = 1; loop <= Math.max(1, data.loops); ++loop) {
    const mine = [];
    tasks.forEach((t, i) => {
      if (t[0] === loop && spansOf[i].length &&
          (!filter || nameOf(i).toLowerCase().includes(filter)))
        mine.push(i);
    });
    if (!mine.length) continue;
    if (data.loops > 1) rows.push({label: `loop ${loop}`, heading: true, spans: []});
    const groups = new Map();
    for (const i of mine) {
      const name = nameOf(i);
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(i);
    }
    for (const [name, members] of groups) {
      members.sort((a, b) => firstOf(a) - firstOf(b));
      const lanes = [];
      for (const task of members) {
        let lane = lanes.find(l => l.until <= firstOf(task));
        if (!lane) lanes.push(lane = {until: 0, spans: []});
        lane.until = lastOf(task);
        for (const s of spansOf[task]) lane.spans.push(s);
      }
      lanes.forEach((lane, k) => rows.push({
        label: k ? '' : name, count: k ? 0 : members.length, spans: lane.spans, inGroup: lanes.length > 1,
      }));
    }
  }
  let top = 6;
  for (const r of rows) { r.top = top; top += r.heading ? 26 : rowHeight; }
  $('height').style.height = top + 10 + 'px';
  rowOf.clear();
  rows.forEach((r, k) => { for (const s of r.spans) rowOf.set(s, k); });
}
const rowHeight = 24, barHeight = 16;
const rowOf = new Map();

// --- colours and canvases ------------------------------------------------------

const colours = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ['back', 'paper', 'ink', 'soft', 'line', 'zebra', 'accent', 'run', 'run-ink',
                      'stop', 'stop-band', 'ready', 'wait', 'wait-ink', 'select', 'shade', 'sans'])
    colours[name] = style.getPropertyValue('--' + name).trim();
}
/** The context of a canvas, as sharp as the screen. */
function prepare(canvas, height) {
  const ratio = devicePixelRatio || 1, width = canvas.clientWidth;
  const h = height || canvas.clientHeight;
  if (height) canvas.style.height = height + 'px';
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(h * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(h * ratio);
  }
  const g = canvas.getContext('2d');
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, h);
  g.font = `12px ${colours.sans}`;
  g.textBaseline = 'middle';
  return [g, width, h];
}

// --- the view -------------------------------------------------------------------

const view = {from: 0, to: end};
let selected = -1, hovered = -1;
const gutter = () => Math.min(210, Math.max(90, $('rows').clientWidth * 0.22));
const plotWidth = () => Math.max(1, $('canvas').clientWidth - gutter() - 12);
const xOf = t => gutter() + (t - view.from) / (view.to - view.from) * plotWidth();
const timeAt = x => view.from + (x - gutter()) / plotWidth() * (view.to - view.from);

function show(from, to) {
  const least = 20; // two microseconds
  let length = Math.min(Math.max(to - from, least), end * 1.0);
  from = Math.min(Math.max(from, 0), end - length);
  view.from = from;
  view.to = from + length;
  draw();
}
const zoom = (factor, around) =>
  show(around - (around - view.from) * factor, around + (view.to - around) * factor);
const middle = () => (view.from + view.to) / 2;
const move = part => { const d = (view.to - view.from) * part; show(view.from + d, view.to + d); };

let pending = false;
function draw() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => { pending = false; drawAll(); });
}
function drawAll() {
  drawOverview();
  drawAxis();
  drawRows();
}

/** How much of each pixel a loop ran, and how much of that in a stop. */
let load = null;
function computeLoad(width) {
  if (load && load.width === width) return load;
  const busy = new Float64Array(width), stopped = new Float64Array(width);
  for (let i = 0; i < count; ++i) {
    if (spans.kind[i] !== RUN) continue;
    const into = stopOf.has(i) ? stopped : busy;
    const a = spans.begin[i] / end * width, b = spans.end[i] / end * width;
    for (let x = Math.floor(a); x < Math.min(b, width); ++x)
      into[x] += Math.min(b, x + 1) - Math.max(a, x);
  }
  return load = {width, busy, stopped};
}
const overviewX = t => gutter() + t / end * plotWidth();
function drawOverview() {
  const [g, width, height] = prepare($('overview'));
  const left = Math.round(gutter()), w = Math.max(1, Math.round(plotWidth())), {busy, stopped} = computeLoad(w);
  const bottom = height - 10, full = height - 18, loops = Math.max(1, data.loops);
  g.fillStyle = colours.line;
  g.fillRect(left, bottom, w, 1);
  g.textAlign = 'left';
  g.fillStyle = colours.soft;
  g.fillText(data.loops > 1 ? 'all loops' : 'the loop', 14, bottom - full / 2);
  for (let x = 0; x < w; ++x) {
    const s = Math.min(1, stopped[x] / loops), b = Math.min(1 - s, busy[x] / loops);
    const hb = b > 0 ? Math.max(1, b * full) : 0, hs = s > 0 ? Math.max(3, s * full) : 0;
    g.fillStyle = colours.run;
    g.fillRect(left + x, bottom - hb, 1, hb);
    g.fillStyle = colours.stop;
    g.fillRect(left + x, bottom - hb - hs, 1, hs);
  }
  if (view.from > 0 || view.to < end) {
    const a = overviewX(view.from), b = Math.max(overviewX(view.to), a + 3);
    g.fillStyle = colours.shade;
    g.fillRect(left, 0, a - left, height);
    g.fillRect(b, 0, left + w - b, height);
    g.strokeStyle = colours.accent;
    g.strokeRect(a + .5, .5, b - a - 1, height - 1);
  }
}
function drawAxis() {
  const [g, width, height] = prepare($('axis'));
  const length = view.to - view.from;
  let step = Math.pow(10, Math.floor(Math.log10(length / (plotWidth() / 110))));
  for (const m of [1, 2, 5, 10])
    if (length / (step * m) <= plotWidth() / 90) { step *= m; break; }
  g.fillStyle = colours.soft;
  g.textAlign = 'left';
  g.fillText(plural(rows.filter(r => !r.heading).length, 'row'), 14, height / 2);
  const unit = step >= 1e7 ? [1e7, 's'] : step >= 1e4 ? [1e4, 'ms'] : [10, 'µs'];
  const digits = Math.max(0, Math.min(3, Math.ceil(-Math.log10(step / unit[0]) - 1e-9)));
  g.textAlign = 'center';
  ticks = [];
  for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) {
    const x = xOf(t);
    ticks.push(x);
    if (x > gutter() + 18 && x < width - 34)
      g.fillText((t / unit[0]).toFixed(digits) + ' ' + unit[1], x, height / 2);
  }
}
let ticks = [];

/** The first span of \p row that ends after \p t. */
function firstVisible(row, t) {
  let low = 0, high = row.spans.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (spans.end[row.spans[mid]] < t) low = mid + 1; else high = mid;
  }
  return low;
}
function fit(g, text, width) {
  if (g.measureText(text).width <= width) return text;
  let low = 0, high = text.length;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (g.measureText(text.slice(0, mid) + '…').width <= width) low = mid; else high = mid - 1;
  }
  return low > 2 ? text.slice(0, low) + '…' : '';
}
const colourOf = s => spans.kind[s] === RUN ? (stopOf.has(s) ? colours.stop : colours.run)
                    : spans.kind[s] === READY ? colours.ready : colours.wait;
function box(g, x, y, w, h) {
  if (w < 4) return g.fillRect(x, y, w, h);
  g.beginPath();
  g.roundRect(x, y, w, h, 3);
  g.fill();
}

function drawRows() {
  const scroll = $('rows').scrollTop;
  const [g, width, height] = prepare($('canvas'), $('rows').clientHeight);
  const left = gutter(), right = width - 12;
  const visible = rows.filter(r => r.top + 30 > scroll && r.top < scroll + height);
  g.save();
  g.beginPath();
  g.rect(left, 0, right - left, height);
  g.clip();
  g.fillStyle = colours.line;
  for (const x of ticks) g.fillRect(Math.round(x), 0, 1, height);
  g.fillStyle = colours['stop-band'];
  for (const stop of stops) {
    const a = xOf(spans.begin[stop.span]), b = xOf(spans.end[stop.span]);
    if (b > left && a < right) g.fillRect(a, 0, Math.max(1, b - a), height);
  }
  for (const row of visible) {
    if (row.heading) continue;
    const y = row.top - scroll + (rowHeight - barHeight) / 2, center = y + barHeight / 2;
    let drawnTo = [-1, -1, -1];
    for (let k = firstVisible(row, view.from); k < row.spans.length; ++k) {
      const s = row.spans[k], kind = spans.kind[s];
      if (spans.begin[s] > view.to) break;
      const a = Math.max(xOf(spans.begin[s]), left - 4), b = Math.min(xOf(spans.end[s]), right + 4);
      const isStop = stopOf.has(s);
      if (b <= drawnTo[kind] && s !== selected && !isStop) continue; // within a drawn pixel
      const w = Math.max(b - a, isStop ? 2 : 1);
      drawnTo[kind] = Math.max(drawnTo[kind], Math.ceil(a + w));
      g.fillStyle = colourOf(s);
      if (kind === RUN) box(g, a, y, w, barHeight);
      else if (kind === READY) g.fillRect(a, center - 3, w, 6);
      else g.fillRect(a, center - 1, w, 2);
      const room = b - a - 12;
      if (room > 26) {
        g.textAlign = 'left';
        if (kind === WAIT) {
          const text = fit(g, texts[spans.name[s]], room - 6);
          if (text) {
            const from = Math.max(a, left) + 6;
            g.fillStyle = colours.paper;
            g.fillRect(from - 3, center - 7, g.measureText(text).width + 6, 14);
            g.fillStyle = colours['wait-ink'];
            g.fillText(text, from, center + .5);
          }
        } else if (kind === RUN) {
          g.fillStyle = colours['run-ink'];
          g.fillText(fit(g, short[spans.name[s]], room), Math.max(a, left) + 6, center + .5);
        }
      }
      // How it ended, behind its last step.
      const task = spans.task[s], last = spansOf[task][spansOf[task].length - 1];
      if (s === last && (endOf(task) === 'error' || endOf(task) === 'cancelled')) {
        g.beginPath();
        g.arc(b + 6, center, 3.5, 0, 7);
        if (endOf(task) === 'error') {
          g.fillStyle = colours.stop;
          g.fill();
        } else {
          g.lineWidth = 2;
          g.strokeStyle = colours.soft;
          g.stroke();
          g.lineWidth = 1;
        }
      }
      if (s === selected || s === hovered) {
        g.strokeStyle = colours.select;
        g.lineWidth = s === selected ? 2 : 1;
        g.strokeRect(a - 1, y - 1, Math.max(w, 3) + 2, barHeight + 2);
        g.lineWidth = 1;
      }
    }
  }
  if (selected >= 0) drawWaker(g, scroll);
  g.restore();
  for (const row of visible) {
    const y = row.top - scroll + rowHeight / 2;
    g.textAlign = 'left';
    if (row.heading) {
      g.fillStyle = colours.soft;
      g.font = `600 12px ${colours.sans}`;
      g.fillText(row.label, 14, y + 2);
      g.fillStyle = colours.line;
      g.fillRect(14, y + 12, right - 14, 1);
      g.font = `12px ${colours.sans}`;
      continue;
    }
    const tail = row.count > 1 ? ` ×${row.count.toLocaleString('en')}` : '';
    const room = left - 26 - g.measureText(tail).width;
    const label = fit(g, row.label, room);
    g.fillStyle = colours.ink;
    g.fillText(label, 14, y);
    g.fillStyle = colours.soft;
    g.fillText(tail, 14 + g.measureText(label).width, y);
    if (row.inGroup && !row.label) {
      g.fillStyle = colours.line;
      g.fillRect(18, y - rowHeight / 2, 2, rowHeight);
    }
  }
}
/** From the task that woke the selected one to where that went on. */
function drawWaker(g, scroll) {
  const [wake, by] = wakeOf(selected);
  if (by < 0) return;
  const from = stepAt(by, wake), to = selected;
  if (from < 0 || !rowOf.has(from) || !rowOf.has(to)) return;
  const y = k => rows[rowOf.get(k)].top - scroll + rowHeight / 2;
  const x1 = xOf(Math.min(wake, spans.end[from])), y1 = y(from), x2 = xOf(wake), y2 = y(to);
  g.strokeStyle = g.fillStyle = colours.select;
  g.lineWidth = 1.5;
  g.beginPath();
  g.moveTo(x1, y1);
  g.bezierCurveTo(x1, (y1 + y2) / 2, x2, (y1 + y2) / 2, x2, y2 - (y2 > y1 ? 9 : -9));
  g.stroke();
  const d = y2 > y1 ? -1 : 1;
  g.beginPath();
  g.moveTo(x2, y2 + 8 * d);
  g.lineTo(x2 - 4, y2 + 15 * d);
  g.lineTo(x2 + 4, y2 + 15 * d);
  g.fill();
  g.lineWidth = 1;
}
/** When, and by which task, the wait or step `s` was ended or begun. */
function wakeOf(s) {
  const of = spansOf[spans.task[s]], k = of.indexOf(s);
  if (spans.kind[s] === WAIT) return [spans.end[s], spans.by[s]];
  for (let j = k; j >= 0 && j >= k - 2; --j)
    if (spans.by[of[j]] >= 0)
      return [spans.kind[of[j]] === READY ? spans.begin[of[j]] : spans.end[of[j]], spans.by[of[j]]];
  return [0, -1];
}
/** The step of \p task that ran at \p t, or the last one before. */
function stepAt(task, t) {
  let best = -1;
  for (const s of spansOf[task]) {
    if (spans.begin[s] > t) break;
    if (spans.kind[s] === RUN) best = s;
  }
  return best;
}

// --- what is under the pointer --------------------------------------------------

function spanAt(x, y) {
  const scrolled = y + $('rows').scrollTop;
  const row = rows.find(r => !r.heading && scrolled >= r.top && scrolled < r.top + rowHeight);
  if (!row || x < gutter()) return -1;
  const slack = 3 * (view.to - view.from) / plotWidth(), t = timeAt(x);
  let best = -1, distance = Infinity;
  for (let k = firstVisible(row, t - slack); k < row.spans.length; ++k) {
    const s = row.spans[k];
    if (spans.begin[s] > t + slack) break;
    const d = t < spans.begin[s] ? spans.begin[s] - t : t > spans.end[s] ? t - spans.end[s] : 0;
    // Steps are what is looked for; near one, a wait around it does not win.
    const rank = spans.kind[s] === RUN ? d / 2 : d + slack / 8;
    if (d <= slack && rank < distance) { best = s; distance = rank; }
  }
  return best;
}
function tell(s, x, y) {
  const tip = $('tip');
  if (s < 0) { tip.hidden = true; return; }
  const kind = spans.kind[s], length = time(spans.end[s] - spans.begin[s]);
  tip.replaceChildren(
    make('b', {}, kind === RUN ? (stopOf.has(s) ? `stands in the way for ${length}` : `runs ${length}`)
                : kind === READY ? `could run ${length} before it does`
                : `waits ${length}: ${texts[spans.name[s]]}`),
    make('span', {}, `${nameOf(spans.task[s])} · at ${time(spans.begin[s])}`),
    ...(spans.place[s] >= 0 ? [make('span', {}, `${short[places[spans.place[s]][0]]} · ${at(spans.place[s])}`)] : []));
  tip.hidden = false;
  const w = tip.offsetWidth, h = tip.offsetHeight;
  tip.style.left = Math.min(x + 14, innerWidth - w - 8) + 'px';
  tip.style.top = (y + 18 + h > innerHeight ? y - h - 10 : y + 18) + 'px';
}

// --- the side -------------------------------------------------------------------

const link = (text, then) => {
  const a = make('a', {className: 'go', href: '#'}, text);
  a.onclick = e => { e.preventDefault(); then(); };
  return a;
};
function rowLink(tr, then) {
  tr.className += ' link';
  tr.tabIndex = 0;
  tr.onclick = then;
  tr.onkeydown = e => { if (e.key === 'Enter') then(); };
  return tr;
}
function placeItem(functionText, file, line, className) {
  return make('li', {className}, make('span', {className: 'name', title: texts[functionText]}, short[functionText]),
    ...(file ? [make('span', {className: 'place', title: file}, `${file}:${line}`)] : []));
}
const isSystem = file => !file || file.startsWith('/usr/') || /\/weir\/(detail\/)?[a-z_]+\.hpp$/.test(file);

function showSide() {
  const side = $('side');
  side.replaceChildren(...(selected >= 0 ? selectionPart() : []), ...stopsPart(), ...tasksPart());
}
function selectionPart() {
  const s = selected, task = spans.task[s], kind = spans.kind[s], stop = stops[stopOf.get(s)];
  const out = [];
  const close = make('button', {className: 'close', title: 'Close (Esc)', ariaLabel: 'Close'}, '×');
  close.onclick = () => select(-1);
  const badge = kind === RUN ? (stop ? ['stop', 'keeps the loop'] : ['run', 'runs'])
              : kind === READY ? ['ready', 'could run'] : ['', 'waits'];
  out.push(make('h2', {}, close, make('span', {className: 'badge ' + badge[0]}, badge[1]), ' ',
                make('span', {className: 'name'}, nameOf(task))));
  const facts = make('table', {});
  const fact = (what, ...value) => facts.append(make('tr', {}, make('th', {scope: 'row'}, what), make('td', {}, ...value)));
  fact('how long', time(spans.end[s] - spans.begin[s]) + (stop && stop.cut ? ', and not over' : ''));
  fact('from, to', `${time(spans.begin[s])}, ${time(spans.end[s])}`);
  if (kind === WAIT) fact('waits for', make('code', {}, texts[spans.name[s]]));
  const [wake, by] = wakeOf(s);
  const isFirst = spansOf[task][0] === s || (kind === RUN && spansOf[task][1] === s);
  if (by >= 0)
    fact(isFirst ? 'started by' : 'woken by', link(nameOf(by), () => go(stepAt(by, wake))));
  else if (kind === WAIT && spansOf[task].indexOf(s) < spansOf[task].length - 1)
    fact('woken by', 'the loop: time, I/O or another thread');
  if (tasks[task][2] >= 0 && !isFirst)
    fact('task started by', link(nameOf(tasks[task][2]), () => go(stepAt(tasks[task][2], firstOf(task)))));
  if (endOf(task)) fact('task ends with', endOf(task) === 'value' ? 'a result' : endOf(task) === 'error' ? 'an exception' : 'its cancellation');
  if (children[task].length && kind === RUN) {
    const started = children[task].filter(c => firstOf(c) >= spans.begin[s] && firstOf(c) <= spans.end[s]);
    if (started.length)
      fact('starts', started.length > 6 ? plural(started.length, 'task')
                   : make('span', {}, ...started.flatMap((c, i) => [i ? ', ' : '', link(nameOf(c), () => go(spansOf[c][0]))])));
  }
  out.push(facts);
  if (stop) {
    const late = held(s);
    out.push(make('p', {}, late.length ? `${plural(late.length, 'other task')} could go on only afterwards.`
                                       : 'No other task went on right afterwards.'));
  }
  if (spans.place[s] >= 0) {
    out.push(make('h2', {}, kind === WAIT ? 'Where it waits' : 'Where it goes on'));
    const chain = make('ol', {className: 'chain'});
    for (let p = spans.place[s]; p >= 0; p = places[p][3])
      chain.append(placeItem(places[p][0], texts[places[p][1]], places[p][2], 'mine'));
    out.push(chain);
  }
  if (stop && stop.samples.length) out.push(...stackPart(stop));
  return out;
}
/** Who went on in the same busy stretch behind a stop, of the same loop. */
function held(s) {
  const loop = tasks[spans.task[s]][0], late = new Set();
  let until = spans.end[s];
  const near = 500; // 50 µs without a step: the loop had nothing to do
  for (let i = s + 1; i < count; ++i) {
    if (spans.begin[i] > until + near) break;
    if (spans.kind[i] !== RUN || tasks[spans.task[i]][0] !== loop) continue;
    if (spans.begin[i] < spans.end[s]) continue;
    if (spans.task[i] !== spans.task[s]) late.add(spans.task[i]);
    until = Math.max(until, spans.end[i]);
  }
  return [...late];
}
function stackPart(stop) {
  const kinds = new Map();
  for (const sample of stop.samples) {
    const key = sample.stack.map(c => c.join()).join(';');
    if (!kinds.has(key)) kinds.set(key, {stack: sample.stack, length: 0, n: 0});
    const k = kinds.get(key);
    k.length += sample.length;
    ++k.n;
  }
  const all = [...kinds.values()].sort((a, b) => b.length - a.length);
  const out = [make('h2', {}, 'What the thread did')];
  if (!stop.samples.some(x => x.stack.some(c => texts[c[1]])))
    out.push(make('p', {}, data.rebuilt ? 'The program was built again since, so that its lines are not known.'
                                        : 'Lines are known of programs built with -g.'));
  all.slice(0, 5).forEach((k, i) => {
    const list = make('ol', {className: 'chain'});
    const culprit = k.stack.findIndex(c => texts[c[1]] && !texts[c[1]].startsWith('/usr/'));
    let cut = k.stack.findIndex((c, j) => j > culprit && /coroutine_handle<.*>::resume|weir::detail::(resume|scheduler)/.test(texts[c[0]]));
    if (cut < 0) cut = k.stack.length;
    k.stack.slice(0, cut).forEach((c, j) => {
      const name = texts[c[0]] ? short[c[0]] : base(texts[c[3]]);
      const file = texts[c[1]];
      const item = make('li', {className: j === culprit ? 'culprit' : isSystem(file) ? 'foreign' : 'mine'},
                        make('span', {className: 'name', title: texts[c[0]]}, name));
      if (file && !isSystem(file)) item.append(make('span', {className: 'place'}, `${file}:${c[2]}`));
      list.append(item);
    });
    if (all.length === 1) { out.push(list); return; }
    const d = make('details', {open: i === 0}, make('summary', {}, `${time(k.length)} of it (${plural(k.n, 'sample')})`), list);
    out.push(d);
  });
  return out;
}
function stopsPart() {
  const out = [make('h2', {}, 'Where the loop stood still')];
  if (!stops.length) {
    out.push(make('p', {}, 'Nowhere: no step took 10 ms.'));
    return out;
  }
  const table = make('table', {}, make('thead', {}, make('tr', {},
    make('th', {scope: 'col'}, 'task, line'), make('th', {scope: 'col', className: 'number'}, 'for'),
    make('th', {scope: 'col', className: 'number'}, 'held up'))));
  const body = make('tbody', {});
  for (const stop of stops.slice(0, 50)) {
    const s = stop.span;
    const where = stop.culprit ? `${base(texts[stop.culprit[1]])}:${stop.culprit[2]} in ${short[stop.culprit[0]]}`
                : spans.place[s] >= 0 ? `after ${at(spans.place[s])}` : '';
    body.append(rowLink(make('tr', {className: s === selected ? 'chosen' : ''},
      make('td', {}, make('span', {className: 'name'}, nameOf(spans.task[s])), make('span', {className: 'place'}, where)),
      make('td', {className: 'number bad'}, time(spans.end[s] - spans.begin[s])),
      make('td', {className: 'number'}, held(s).length.toLocaleString('en'))), () => go(s)));
  }
  table.append(body);
  out.push(table);
  if (stops.length > 50) out.push(make('p', {}, `and ${stops.length - 50} shorter ones`));
  return out;
}
function tasksPart() {
  const groups = new Map();
  tasks.forEach((t, i) => {
    if (!spansOf[i].length) return;
    const name = nameOf(i);
    if (!groups.has(name)) groups.set(name, {name, n: 0, ran: 0, waited: 0, ready: 0, first: i});
    const g = groups.get(name);
    ++g.n; g.ran += ran[i]; g.waited += waited[i]; g.ready += delayed[i];
  });
  const all = [...groups.values()].sort((a, b) => b.ran - a.ran);
  const body = make('tbody', {});
  for (const g of all.slice(0, 50))
    body.append(rowLink(make('tr', {}, make('td', {}, make('span', {className: 'name'}, g.name + (g.n > 1 ? ` ×${g.n.toLocaleString('en')}` : ''))),
      make('td', {className: 'number'}, time(g.ran)), make('td', {className: 'number'}, time(g.ready)),
      make('td', {className: 'number'}, time(g.waited))), () => go(spansOf[g.first][0])));
  return [make('h2', {}, 'Tasks, the busiest first'), make('table', {}, make('thead', {}, make('tr', {},
    ...['task', 'ran', 'was ready', 'waited'].map((w, i) => make('th', {scope: 'col', className: i ? 'number' : ''}, w)))), body)];
}
function showFacts() {
  let busy = 0, stood = 0;
  for (let i = 0; i < count; ++i) if (spans.kind[i] === RUN) busy += spans.end[i] - spans.begin[i];
  for (const s of stops) stood += spans.end[s.span] - spans.begin[s.span];
  const fact = (what, value, bad) => $('facts').append(make('div', {className: bad ? 'bad' : ''}, make('dt', {}, what), make('dd', {}, value)));
  fact('took', time(end));
  fact('tasks', tasks.filter((t, i) => !t[4] && spansOf[i].length).length.toLocaleString('en'));
  if (data.loops > 1) fact('loops', data.loops);
  fact('busy', Math.round(100 * busy / end / Math.max(1, data.loops)) + ' %');
  fact('stood still', stops.length ? `${time(stood)} in ${plural(stops.length, 'step')}` : 'never', stops.length);
  if (data.cut) fact('', 'the program did not end by itself', true);
}

// --- choosing -------------------------------------------------------------------

function select(s) {
  selected = s;
  showSide();
  if (s >= 0) $('side').scrollTop = 0;
  draw();
}
function go(s) {
  if (s < 0) return;
  const length = Math.max(spans.end[s] - spans.begin[s], 200);
  if (spans.begin[s] < view.from || spans.end[s] > view.to || length < (view.to - view.from) / 50)
    show(spans.begin[s] - length * 1.5, spans.end[s] + length * 1.5);
  if (!rowOf.has(s)) { $('search').value = filter = ''; arrange(); }
  const row = rows[rowOf.get(s)], box = $('rows');
  if (row && (row.top < box.scrollTop || row.top + rowHeight > box.scrollTop + box.clientHeight))
    box.scrollTop = row.top - box.clientHeight / 2;
  select(s);
}
function step(direction) {
  const of = selected >= 0 ? spansOf[spans.task[selected]] : null;
  if (!of) { if (stops.length) go(stops[0].span); else if (count) go(0); return; }
  const next = of[of.indexOf(selected) + direction];
  if (next !== undefined) go(next);
}

// --- hands ------------------------------------------------------------------------

const box_ = $('rows');
box_.addEventListener('wheel', e => {
  const x = e.clientX - $('canvas').getBoundingClientRect().left;
  if (e.ctrlKey || e.metaKey) {
    e.preventDefault();
    zoom(Math.exp(Math.max(-60, Math.min(60, e.deltaY)) * 0.008), timeAt(Math.max(x, gutter())));
  } else if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
    e.preventDefault();
    move((e.deltaX || e.deltaY) / plotWidth());
  }
}, {passive: false});
box_.addEventListener('scroll', draw);
let drag = null;
box_.addEventListener('pointerdown', e => {
  if (e.button) return;
  drag = {x: e.clientX, from: view.from, to: view.to, moved: false};
});
box_.addEventListener('pointermove', e => {
  const r = $('canvas').getBoundingClientRect();
  if (drag) {
    const d = (drag.x - e.clientX) / plotWidth() * (drag.to - drag.from);
    if (Math.abs(drag.x - e.clientX) > 3 && !drag.moved) { drag.moved = true; box_.setPointerCapture(e.pointerId); }
    if (drag.moved) { box_.style.cursor = 'grabbing'; tell(-1); show(drag.from + d, drag.to + d); }
    return;
  }
  const s = spanAt(e.clientX - r.left, e.clientY - r.top);
  if (s !== hovered) { hovered = s; draw(); }
  box_.style.cursor = s >= 0 ? 'pointer' : 'grab';
  tell(s, e.clientX, e.clientY);
});
box_.addEventListener('pointerup', e => {
  const was = drag;
  drag = null;
  box_.style.cursor = 'grab';
  if (was && !was.moved) {
    const r = $('canvas').getBoundingClientRect();
    select(spanAt(e.clientX - r.left, e.clientY - r.top));
  }
});
box_.addEventListener('pointercancel', () => { drag = null; });
box_.addEventListener('pointerleave', () => { hovered = -1; tell(-1); draw(); });
box_.addEventListener('dblclick', e => {
  const r = $('canvas').getBoundingClientRect(), s = spanAt(e.clientX - r.left, e.clientY - r.top);
  if (s >= 0) { const l = (spans.end[s] - spans.begin[s]) || 20; show(spans.begin[s] - l / 4, spans.end[s] + l / 4); }
});

let brush = null;
const overviewTime = e => (e.clientX - $('overview').getBoundingClientRect().left - gutter()) / plotWidth() * end;
$('overview').addEventListener('pointerdown', e => {
  $('overview').setPointerCapture(e.pointerId);
  const t = overviewTime(e), isInside = t > view.from && t < view.to && view.to - view.from < end * .98;
  brush = isInside ? {grab: t - view.from} : {from: t};
});
$('overview').addEventListener('pointermove', e => {
  if (!brush) return;
  const t = overviewTime(e);
  if (brush.grab !== undefined) show(t - brush.grab, t - brush.grab + view.to - view.from);
  else if (Math.abs(t - brush.from) > end / 200) show(Math.min(t, brush.from), Math.max(t, brush.from));
});
$('overview').addEventListener('pointerup', e => {
  if (brush && brush.from !== undefined && Math.abs(overviewTime(e) - brush.from) <= end / 200) {
    const half = (view.to - view.from) / 2;
    show(brush.from - half, brush.from + half);
  }
  brush = null;
});

document.addEventListener('keydown', e => {
  if (e.target === $('search')) {
    if (e.key === 'Escape') { $('search').blur(); }
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const act = {
    w: () => zoom(.6, hovered >= 0 ? (spans.begin[hovered] + spans.end[hovered]) / 2 : middle()),
    s: () => zoom(1 / .6, middle()), a: () => move(-.2), d: () => move(.2),
    '+': () => zoom(.6, middle()), '-': () => zoom(1 / .6, middle()),
    ArrowLeft: () => step(-1), ArrowRight: () => step(1),
    '0': () => show(0, end), Escape: () => select(-1),
    '/': () => $('search').focus(),
  }[e.key];
  if (act) { e.preventDefault(); act(); }
});
$('in').onclick = () => zoom(.6, middle());
$('out').onclick = () => zoom(1 / .6, middle());
$('fit').onclick = () => show(0, end);
$('search').oninput = () => {
  filter = $('search').value.trim().toLowerCase();
  arrange();
  draw();
};

const dark = matchMedia('(prefers-color-scheme: dark)');
let chosen = null;
function applyTheme() {
  document.documentElement.dataset.theme = (chosen ?? dark.matches) ? 'dark' : 'light';
  readColours();
  draw();
}
$('theme').onclick = () => { chosen = !(chosen ?? dark.matches); applyTheme(); };
dark.addEventListener('change', applyTheme);
new ResizeObserver(draw).observe($('picture'));

arrange();
showFacts();
showSide();
applyTheme();
