// Written into the page, and runs before the first paint and before the modules. Old syntax only, so that an old browser
// can run it and say that it is too old. See src/client/app/README.md.
(function () {
  var root = document.documentElement;
  var key = "flowline-theme";
  var systemDark = matchMedia("(prefers-color-scheme: dark)");
  /** @type {string | null} */
  var preference = null;
  try {
    preference = localStorage.getItem(key);
    // oxlint-disable-next-line no-unused-vars -- old browsers cannot parse a catch without a parameter
  } catch (error) {
    // Storage is blocked: the system's theme applies.
  }

  function apply() {
    var isDark = preference === "dark" || (preference !== "light" && systemDark.matches);
    root.setAttribute("data-theme", isDark ? "dark" : "light");
  }

  apply();
  if (systemDark.addEventListener) systemDark.addEventListener("change", apply);
  addEventListener("storage", function (event) {
    if (event.key !== key) return;
    preference = event.newValue;
    apply();
  });

  /** @param {string} id @returns {void} */
  function fail(id) {
    var page = document.getElementById("root");
    /** @type {HTMLTemplateElement | null} */
    var template = document.querySelector("#" + id);
    // Fires after the page is parsed and before its modules run.
    if (!page || !template) return document.addEventListener("readystatechange", fail.bind(null, id));
    // The header that the HTML draws until the app has started.
    if (page.querySelector("[data-start]")) page.textContent = "";
    // Moves the text out of its template, so that a second failure adds nothing.
    if (!page.firstChild) document.body.appendChild(template.content);
    // Keeps the app from starting.
    if (!isSupported) page.remove();
  }

  // A browser that has these three has everything else that the supported ones share.
  var isSupported =
    "popover" in HTMLElement.prototype && "toSorted" in Array.prototype && CSS.supports("selector(:has(a))");
  if (!isSupported) return fail("unsupported-browser");

  addEventListener(
    "error",
    function (event) {
      // Only the app's own scripts count: an extension may inject some. Errors of other elements have no file name.
      var script = event.target instanceof HTMLScriptElement && event.target;
      var url = (script ? script.src : event.filename) || "";
      if (url.indexOf(location.origin + "/assets/") === 0)
        fail(script ? "missing-code" : "unsupported-browser");
    },
    true
  );

  // WebKit dispatches `copy` and `cut` twice for one key press if no text is selected: cutting would remove two steps.
  // Two clicks on a Copy button are two copies.
  var inputs = 0;
  var handled = { type: "", inputs: 0, at: 0 };
  ["keydown", "click"].forEach(function (type) {
    addEventListener(
      type,
      function () {
        inputs += 1;
      },
      true
    );
  });
  ["copy", "cut"].forEach(function (type) {
    addEventListener(
      type,
      function (event) {
        var isRepeat = handled.type === type && handled.inputs === inputs;
        if (isRepeat && event.timeStamp - handled.at < 200) return event.stopImmediatePropagation();
        handled = { type: type, inputs: inputs, at: event.timeStamp };
      },
      true
    );
  });

  // Missing before Safari 17.4.
  if (!AbortSignal.any)
    AbortSignal.any = function (signals) {
      var controller = new AbortController();
      signals.forEach(function (signal) {
        function abort() {
          controller.abort(signal.reason);
        }
        if (signal.aborted) abort();
        else signal.addEventListener("abort", abort, { once: true, signal: controller.signal });
      });
      return controller.signal;
    };

  /** @type {HTMLMetaElement | null} */
  var first = document.querySelector("meta[name=first-requests]");
  /** @type {Record<string, Promise<Response>>} */
  var requests = (window.flowlineFirstRequests = {});
  /** @type {string[]} */
  var urls = JSON.parse((first && first.content) || "[]");
  urls.forEach(function (url) {
    requests[url] = fetch(url, {
      // Marks a request of the page. The value, the page's user, is not known yet.
      headers: { accept: "application/json", "x-flowline-identity": "" },
      cache: "no-cache",
      signal: AbortSignal.timeout(30000),
    });
    requests[url].catch(function () {});
  });

  // Lists write dates, and the first formatter of a page takes 20 ms: there is time for it while the scripts load.
  if (!/^\/flows\/./.test(location.pathname))
    setTimeout(function () {
      new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(0);
    });
})();
