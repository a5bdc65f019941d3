// The sign-in pages.
import "./forms.js";
