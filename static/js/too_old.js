// Say that a browser is too old.  This script is classic and in the oldest syntax: others may not be read at all.

/* biome-ignore-all lint/complexity/useArrowFunction: old browsers do not know arrows */
(function () {
  function say() {
    var sentence = document.getElementById("too-old");
    if (sentence) sentence.hidden = false;
  }

  if (!("noModule" in document.createElement("script"))) say();
  // A module whose syntax a browser does not know is an error of the page, and nothing else happens.
  window.addEventListener("error", function (event) {
    if (event.error instanceof SyntaxError || /SyntaxError/.test(event.message)) say();
  });
})();
