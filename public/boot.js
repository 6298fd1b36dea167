// Runs before the first paint and before the modules; a file of its own, since the content security policy allows no
// inline script. Old syntax only, so that an old browser can run it and say that it is too old. See src/client/app/README.md.
(function () {
  var root = document.documentElement;
  var key = "flowline-theme";
  var systemDark = matchMedia("(prefers-color-scheme: dark)");
  var preference = null;
  try {
    preference = localStorage.getItem(key);
  } catch {
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

  function fail(id) {
    var page = document.getElementById("root");
    if (!page) return addEventListener("DOMContentLoaded", fail.bind(null, id));
    // Moves the text out of its template, so that a second failure adds nothing.
    if (!page.firstChild) document.body.appendChild(document.getElementById(id).content);
  }

  var isSupported =
    "noModule" in HTMLScriptElement.prototype &&
    Array.prototype.toSorted &&
    window.AbortSignal &&
    AbortSignal.timeout &&
    window.CSS &&
    CSS.supports("color", "oklch(0% 0 0)");
  if (!isSupported) return fail("unsupported-browser");

  addEventListener(
    "error",
    function (event) {
      // Of errors in scripts, only those of the app's own count: an extension may inject some into the page.
      var isOurs = event.target === window && event.filename.indexOf(location.origin + "/assets/") === 0;
      if (event.target instanceof HTMLScriptElement) fail("missing-code");
      else if (isOurs) fail("unsupported-browser");
    },
    true,
  );

  // WebKit dispatches `copy` and `cut` twice for one key press if no text is selected: cutting would remove two steps.
  var keyPresses = 0;
  var handled = {};
  addEventListener(
    "keydown",
    function () {
      keyPresses += 1;
    },
    true,
  );
  ["copy", "cut"].forEach(function (type) {
    addEventListener(
      type,
      function (event) {
        var isRepeat = handled.type === type && handled.keyPresses === keyPresses;
        if (isRepeat && event.timeStamp - handled.at < 200) return event.stopImmediatePropagation();
        handled = { type: type, keyPresses: keyPresses, at: event.timeStamp };
      },
      true,
    );
  });

  // Missing before Safari 17.4 and Firefox 124.
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

  var first = document.querySelector("meta[name=first-requests]");
  var requests = (window.flowlineFirstRequests = {});
  JSON.parse((first && first.content) || "[]").forEach(function (url) {
    requests[url] = fetch(url, {
      headers: { accept: "application/json" },
      cache: "no-cache",
      signal: AbortSignal.timeout(30000),
    });
    requests[url].catch(function () {});
  });
})();
