// Before the first paint: the theme and language that were chosen on this device.
;(function (root, store) {
  try {
    var theme = store.getItem('theme')
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
    root.lang = store.getItem('locale') || root.lang
  } catch (_) {
    // Storage is blocked: the system's theme and English.
  }
})(document.documentElement, localStorage)
