// Everything a staff page needs; each module stands for one thing.
import "./dialogs.js";
import "./toasts.js";
import "./trouble.js";
import "./forms.js";
import "./passkeys.js";
import "./screen.js";
import "./palette.js";
import "./keyboard.js";
import "./idle.js";
import "./drafts.js";
