// The page: the form makes a scenario, the core answers it in a worker, the views show the answer.

import { byId } from './dom.js';
import { latest, start } from './engine/engine.js';
import { keepOffline } from './engine/host.js';
import { bindCatalogue, fillCatalogue, retell } from './form/catalogue.js';
import { bindChoices } from './form/choices.js';
import { changed, draft, onChange, replace, rewrite } from './form/draft.js';
import { bindFields } from './form/fields.js';
import { bindFiles, provide } from './form/files.js';
import { bindLayers } from './form/layers.js';
import { bindMeasure } from './form/measure.js';
import { clear, fault, report } from './form/problems.js';
import { bindUse } from './form/use.js';
import { bindOut } from './out.js';
import { fragment, fromFragment } from './scenario/link.js';
import { choose, current, load, t, translate } from './text/language.js';
import { showAnswer } from './view/answer.js';
import { showBoards } from './view/boards.js';
import { showArithmetic } from './view/arithmetic.js';
import { showCauses, showSources } from './view/causes.js';
import { showLevers } from './view/levers.js';
import { showStages } from './view/stages.js';
import { summarise } from './view/summaries.js';
import { device, site } from './view/words.js';

const engine = start();
let shown = null;

/** Lets the browser draw and listen between two parts of an answer. */
const breath = () => new Promise((resolve) => { setTimeout(resolve); });

/** Shows the answer, what matters first; a newer one takes over wherever it is. */
async function show() {
  if (!shown) return;
  const mine = shown;
  const { answer } = mine;
  if (answer.devices) {
    showBoards(answer);
    byId('results').hidden = false;
    return;
  }
  showAnswer(answer);
  performance.mark('answered');
  const parts = [
    () => summarise(draft.scenario, answer),
    () => showArithmetic(answer),
    () => showStages(engine, answer),
    () => mine.levers && showLevers(mine.levers),
    () => showCauses(engine, answer),
    () => showSources(answer),
  ];
  for (const part of parts) {
    await breath();
    if (shown !== mine) return;
    await part();
  }
  mine.whole = true;
  reveal();
}

/** The parts below appear together when the first of them are all there, so that none pushes another down. */
function reveal() {
  if (shown?.whole && shown.levers) byId('results').hidden = false;
}

let filled = false;
/** Lists of devices and places come after the first answer, which needs none of them. */
async function fill() {
  if (filled) return;
  filled = true;
  const names = () => shown?.answer.stages?.map((stage) => `${device(stage.device)} ${site(stage.site)}`).join();
  const before = names();
  await fillCatalogue(engine);
  if (names() !== before) show();
  else if (shown?.answer.layers) summarise(draft.scenario, shown.answer);
  performance.mark('ready');
  // The first answer came with the page: the core makes it once more, so that what is typed finds it warm.
  if (shown) engine.call('estimate', draft.scenario, null).catch(() => {});
}

const ask = latest(engine, {
  estimated(scenario, answer, estimate) {
    clear('core');
    document.body.classList.remove('stale');
    // The core has put the product of use into it: that is what links and files carry.
    const inferences = JSON.parse(scenario).inference?.bottom_up?.inferences;
    if (draft.use && inferences) draft.scenario.inference.bottom_up.inferences = inferences;
    shown = { scenario, estimate, answer };
    history.replaceState(null, '', `${location.pathname}${location.search}${fragment(JSON.parse(scenario))}`);
    show().then(fill);
  },
  levered(answer) {
    shown.levers = answer;
    if (byId('arithmetic').childElementCount) showLevers(answer);
    reveal();
  },
  failed(problem) {
    fault(problem);
    fill();
    document.body.classList.add('stale');
  },
});

function begin() {
  try {
    report('link', null, null);
    return fromFragment(location.hash);
  } catch (error) {
    report('link', null, t(error.message));
    return fromFragment('');
  }
}

function speak() {
  translate();
  for (const button of document.querySelectorAll('[data-language]')) button.setAttribute('aria-pressed', String(button.dataset.language === current()));
  retell();
  rewrite();
  show();
}

byId('scenario').addEventListener('submit', (event) => event.preventDefault());
bindCatalogue();
bindUse(engine);
bindFields();
bindChoices();
bindLayers();
bindFiles(engine);
bindMeasure();
byId('drawer-device').addEventListener('toggle', () => {
  import('./form/calibrate.js').then(({ bindCalibrate }) => bindCalibrate(), () => { byId('calibrate').textContent = t('This part of the page can’t be loaded.'); });
}, { once: true });
bindOut(engine, () => shown);
onChange(ask);
for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => choose(button.dataset.language).then(speak));
}
addEventListener('hashchange', async () => {
  const scenario = begin();
  await provide(engine, scenario);
  replace(scenario);
});
// What is folded on the screen is open on paper.
let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('.results details:not([open])')];
  for (const box of folded) box.open = true;
});
addEventListener('afterprint', () => { for (const box of folded) box.open = false; });

draft.scenario = begin();
provide(engine, draft.scenario).then(changed);
load().then(speak);
keepOffline();
