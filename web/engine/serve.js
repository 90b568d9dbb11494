// What the worker answers: a call of the core, named by the page, over the files that the page has handed in.

const files = {};

/** Puts the inferences of a whole life into a scenario: so many a day, years, devices. */
function lifelong(core, scenario, use) {
  if (use) {
    const value = core.inferences(use.per_day, use.years, use.devices);
    scenario.inference.bottom_up.inferences = { value, source: scenario.inference.bottom_up.inferences.source };
  }
  return JSON.stringify(scenario);
}

/** The functions by the names that the page calls them. `shop()` loads what is rarely asked for. */
function functions(core, shop) {
  // The first answer's module refuses what it doesn't read: the workshop, which has everything, answers or says what is wrong.
  const estimate = async (text) => {
    try {
      return core.estimate(text, files);
    } catch (refused) {
      const whole = await shop().catch(() => { throw refused; });
      return whole.estimate(text, files);
    }
  };
  return {
    file: (name, bytes) => { files[name] = bytes; return ''; },
    estimate: async (scenario, use) => {
      const text = lifelong(core, scenario, use);
      return { scenario: text, estimate: await estimate(text) };
    },
    levers: async (text) => (await shop()).levers(text, files),
    inspect: async (name) => (await shop()).inspect(name, files[name]),
    per_day: (inferences, years, devices) => core.per_day(inferences, years, devices),
    devices: () => core.device_names(),
    grids: () => core.place_names(),
    bars: (chart) => core.bars(chart),
    tornado: (chart) => core.tornado(chart),
    report: async (text, format) => (await shop()).report(text, files, format),
    import_reading: async (name) => (await shop()).import_reading(name, files[name]),
    calibrate: async (log, meter, options) =>
      JSON.parse((await shop()).calibrate(log.name, log.bytes, meter?.name ?? '', meter?.bytes, JSON.stringify(options))),
    points: async (chart) => (await shop()).points(chart),
    measure: async (name, bytes, windows, watts, processor, progress) => {
      const { Measurement, loops } = await shop();
      const run = new Measurement(name, bytes, 'tflm');
      progress({ done: 0, windows, loops: loops() });
      run.warm_up(0.3);
      for (let done = 1; done <= windows; done += 1) {
        const { inferences, seconds } = run.window(0.4);
        progress({ done, windows, inferences, seconds, loops: loops() });
        // Where this runs on the page's own thread, the page breathes here.
        await new Promise((resolve) => { setTimeout(resolve); });
      }
      // A profile is made of what each layer takes.
      run.layers(1);
      return { ...JSON.parse(run.finish(processor, watts)), loops: loops() };
    },
  };
}

/** A fault of the core, or of this file, as plain data. */
function fault(error) {
  if (error && typeof error === 'object' && 'field' in error) {
    return { message: String(error.message), field: String(error.field ?? ''), file: String(error.file ?? '') };
  }
  return { message: String(error?.message ?? error), field: '', file: '' };
}

/** Answers messages `{ id, call, with }` by `post({ id, result })`, `{ id, fault }` or `{ id, progress }`. */
export function serve(core, shop, post) {
  const calls = functions(core, shop);
  return async ({ id, call, with: values = [] }) => {
    try {
      const progress = (at) => post({ id, progress: at });
      post({ id, result: await calls[call](...values, progress) });
    } catch (error) {
      post({ id, fault: fault(error) });
    }
  };
}
