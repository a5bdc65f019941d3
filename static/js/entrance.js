// The sign-in pages.
import "./forms.js";
import "./passkeys.js";
import "./screen.js";
import "./switch.js";
