// The pages a patient sees: no more than forms that go off once.
import "./forms.js";
