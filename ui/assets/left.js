// After logout: nothing typed here stays on this device, and other open pages go to the door.
"use strict";
for (const key of Object.keys(localStorage)) {
  if (key.startsWith("luoshi:text:")) localStorage.removeItem(key);
}
localStorage.setItem("luoshi:left", String(Date.now()));
