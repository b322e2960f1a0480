// What the browser keeps for the page. Where it may keep nothing, as in some private windows, this visit does.

function memory(open) {
  const ofThisVisit = new Map();
  const attempt = (use) => {
    try {
      return use(open());
    } catch {
      return null;
    }
  };
  return {
    get: (name) => ofThisVisit.get(name) ?? attempt((storage) => storage.getItem(name)),
    set(name, value) {
      ofThisVisit.set(name, value);
      attempt((storage) => storage.setItem(name, value));
    },
  };
}

/** Until it is cleared. */
export const kept = memory(() => localStorage);

/** Until the tab is closed. */
export const keptInTab = memory(() => sessionStorage);
