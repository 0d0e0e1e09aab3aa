// What Streamlit's page does not do by itself: our language in its words, the way to the door when
// a session is over, links without a new load, and long texts kept while they are typed.
"use strict";
(() => {
  const meta = (name) => document.querySelector(`meta[name="luoshi-${name}"]`)?.content ?? "";
  const words = JSON.parse(meta("words") || "{}");
  const here = () => location.pathname + location.search;
  let leaving = false; // our own logout closes the connection too: let its page come first
  const toLogin = () => leaving || location.replace("/login?next=" + encodeURIComponent(here()));

  // Date fields take their language from the browser; a page has one language.
  const language = document.documentElement.lang;
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });

  // On a phone the menu covers the page: it begins closed, however it was left.
  if (innerWidth < 768) {
    Object.keys(localStorage).filter((key) => key.startsWith("stSidebarCollapsed")).forEach((key) => localStorage.removeItem(key));
  }

  // --- the connection ---------------------------------------------------------------------
  const SESSION_OVER = 4401, PASSWORD_FIRST = 4403, FACTOR_FIRST = 4405;
  let lostSince = 0;

  const asked = async () => {
    if (!lostSince) return;
    try {
      const answer = await fetch("/_stcore/health", { cache: "no-store" });
      if (answer.status === 401) toLogin();
    } catch { /* the server is away; Streamlit keeps trying */ }
    setTimeout(asked, 4000);
  };

  const tellLost = () => {
    if (!lostSince || document.getElementById("luoshi-lost")) return;
    const line = document.createElement("div");
    line.id = "luoshi-lost";
    line.setAttribute("role", "alert");
    line.textContent = words.lost;
    document.body.append(line);
  };

  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("open", () => {
        lostSince = 0;
        document.getElementById("luoshi-lost")?.remove();
      });
      this.addEventListener("close", (event) => {
        if (event.code === SESSION_OVER) return toLogin();
        if (event.code === PASSWORD_FIRST) return location.replace("/password");
        if (event.code === FACTOR_FIRST) return location.replace("/second_factor");
        if (!lostSince) {
          lostSince = Date.now();
          setTimeout(tellLost, 1500);
          setTimeout(asked, 1000);
        }
      });
    }
  };

  addEventListener("storage", (event) => {
    if (event.key === "luoshi:left") location.replace("/login");
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // --- links --------------------------------------------------------------------------------
  const post = (address, fields) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = address;
    for (const [name, value] of Object.entries(fields)) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    leaving = true;
    form.submit();
  };

  const goTo = (address) => {
    history.pushState({}, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
    scrollTo(0, 0);
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.classList.contains("ls-post")) {
      event.preventDefault();
      const fields = { form_token: meta("form"), next: here(), ...link.dataset };
      return post(link.pathname, fields);
    }
    const ours = link.closest('[data-testid="stHtml"]') && link.origin === location.origin;
    // One word after the slash is a page; what has more of them is a file.
    if (!ours || link.target || link.classList.contains("ls-out")) return;
    if (!/^\/[a-z_]+$/.test(link.pathname)) return;
    event.preventDefault();
    goTo(link.href);
  });

  // --- words of a document that become work ---------------------------------------------------
  const LONGEST_WORDS = 1500;
  const offerWork = () => {
    document.getElementById("luoshi-words")?.remove();
    const chosen = document.getSelection(), text = chosen?.toString().trim() ?? "";
    const box = chosen?.anchorNode?.parentElement?.closest(".ls-source[data-words]");
    if (!box || !text || text.length > LONGEST_WORDS) return;
    const address = new URL(location.href);
    address.searchParams.set("edit", "words");
    address.searchParams.set("words", text);
    const link = Object.assign(document.createElement("a"), { id: "luoshi-words", href: address.href, textContent: box.dataset.words });
    link.addEventListener("click", (event) => { event.preventDefault(); link.remove(); goTo(link.href); });
    box.before(link);
  };
  document.addEventListener("mouseup", () => setTimeout(offerWork));
  document.addEventListener("touchend", () => setTimeout(offerWork));

  // --- the search ---------------------------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches?.("form.ls-search")) return;
    event.preventDefault();
    goTo(form.action + "?" + new URLSearchParams(new FormData(form)));
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
    const field = document.querySelector(".ls-search [name=q]");
    if (event.key !== "/" || typing || !field || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.select();
  });

  // --- words --------------------------------------------------------------------------------
  const patterns = (words.patterns ?? []).map(([found, said]) => [new RegExp(found), said]);
  const OURS = '[data-testid="stHtml"], textarea, input, [data-testid="stTable"]';
  const NAMES = ["aria-label", "placeholder", "title"];

  const inOurWords = (text) => {
    const bare = text.trim();
    if (!bare || bare.length > 200) return text;
    if (Object.hasOwn(words.exact, bare)) return text.replace(bare, words.exact[bare]);
    for (const [found, said] of patterns) {
      const hit = found.exec(bare);
      if (hit) return said.replace(/\{(\d)\}/g, (_, n) => inOurWords(hit[+n + 1] ?? "")).trim();
    }
    return text;
  };

  const translateText = (node) => {
    if (node.parentElement?.closest(OURS)) return;
    const said = inOurWords(node.data);
    if (said !== node.data) node.data = said;
  };

  const translateNames = (element) => {
    for (const name of NAMES) {
      const value = element.getAttribute(name);
      if (!value || element.closest('[data-testid="stHtml"]')) continue;
      const said = inOurWords(value);
      if (said !== value) element.setAttribute(name, said);
    }
  };

  const translate = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return translateText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    translateNames(root);
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (node.nodeType === Node.TEXT_NODE) translateText(node);
      else translateNames(node);
    }
  };

  // --- what was chosen is in sight -----------------------------------------------------------
  const follow = (node) => {
    const boxes = node.matches(".ls-follows") ? [node] : node.querySelectorAll(".ls-follows");
    for (const box of boxes) {
      const here = box.querySelector('[aria-current="true"]');
      if (!here) continue;
      const place = here.getBoundingClientRect().top - box.getBoundingClientRect().top;
      box.scrollTop += place - box.clientHeight / 4;
    }
  };

  // --- keys of a queue ----------------------------------------------------------------------
  // J and K to the next and the one before, A accepts, R returns (first to the reason, if there is
  // none), U takes the last verdict back. Streamlit's own R, which reruns, gives way.
  const beside = (way) => {
    const here = document.querySelector('.ls-queue > [aria-current="true"]');
    return here?.[way]?.querySelector("a");
  };
  const act = (name) => document.querySelector(`[class*="st-key-${name}"] button:not([disabled])`);
  const returning = () => {
    const reason = document.querySelector('[class*="st-key-reason_"] textarea');
    return !reason || reason.value.trim() ? act("return_") : reason;
  };
  const KEYS = {
    j: () => beside("nextElementSibling"), k: () => beside("previousElementSibling"),
    a: () => act("accept_"), r: returning, u: () => act("undo"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (!document.querySelector(".st-key-review_verdict")) return;
    if (event.target.closest?.('input, textarea, select, [contenteditable], [role="combobox"]')) return;
    const found = KEYS[event.key.toLowerCase()]?.();
    if (!found) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (found instanceof HTMLTextAreaElement) found.focus();
    else found.click();
  }, true);

  // --- long texts ---------------------------------------------------------------------------
  // Kept per person and field: the text, and every text that the server was seen to hold meanwhile.
  // If the server still shows one of those, the kept text is the newer one and goes back in; if it
  // shows another, somebody wrote there since, and the kept text is only offered.
  const QUIET = 2000, KEPT_FOR = 14 * 86400e3, MOST_SEEN = 20;
  const keyOf = (area) => {
    const box = area.closest('[class*="st-key-kept_"]');
    const name = box && [...box.classList].find((kind) => kind.startsWith("st-key-kept_"));
    return name ? `luoshi:text:${meta("person")}:${name.slice(7)}` : "";
  };
  const kept = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const waiting = new WeakMap();
  const seen = new WeakMap();

  const commit = (area) => {
    if (!area.isConnected) return;
    // Streamlit disables its fields while the connection is lost.
    if (area.disabled) return waiting.set(area, setTimeout(() => commit(area), 1000));
    area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true, bubbles: true, cancelable: true }));
    seen.set(area, [...(seen.get(area) ?? []), area.value].slice(-MOST_SEEN));
  };

  // A field that loses its cursor counts as sent; while nothing can be sent, it must not.
  document.addEventListener("focusout", (event) => {
    if (lostSince && event.target instanceof HTMLTextAreaElement && keyOf(event.target)) event.stopImmediatePropagation();
  }, true);

  const put = (area, text) => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const offer = (area, key, entry) => {
    const box = area.closest('[data-testid="stTextArea"]');
    if (!box || box.parentElement.querySelector(".ls-kept")) return;
    const line = document.createElement("p");
    line.className = "ls-kept";
    const button = document.createElement("button");
    button.type = "button";
    const time = new Date(entry.at).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
    button.textContent = words.restore.replace("{time}", time);
    button.addEventListener("click", () => { put(area, entry.text); line.remove(); });
    line.append(words.lost_text + " ", button);
    box.parentElement.append(line);
  };

  const watch = (area) => {
    const key = keyOf(area);
    if (!key || seen.has(area)) return;
    seen.set(area, [area.value]);
    const entry = kept(key);
    if (!entry || entry.text === area.value) return;
    // Streamlit's own state for the field settles in its first moments.
    setTimeout(() => {
      if (!area.isConnected || area.value === entry.text) return;
      if (entry.seen.includes(area.value)) put(area, entry.text);
      else offer(area, key, entry);
    }, 300);
  };

  document.addEventListener("input", (event) => {
    const area = event.target;
    const key = area instanceof HTMLTextAreaElement && keyOf(area);
    if (!key) return;
    const entry = { text: area.value, seen: seen.get(area) ?? [], at: Date.now() };
    try { localStorage.setItem(key, JSON.stringify(entry)); } catch { /* no room: the server has it */ }
    clearTimeout(waiting.get(area));
    waiting.set(area, setTimeout(() => commit(area), QUIET));
  }, true);

  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("luoshi:text:") && !(kept(key)?.at > Date.now() - KEPT_FOR)) localStorage.removeItem(key);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (words.exact && language !== "en") {
        if (change.type === "attributes") translateNames(change.target);
        else if (change.type === "characterData") translateText(change.target);
        else change.addedNodes.forEach(translate);
      }
      for (const node of change.addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        follow(node);
        if (node.matches("textarea")) watch(node);
        else node.querySelectorAll("textarea").forEach(watch);
      }
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: NAMES,
  });
})();
