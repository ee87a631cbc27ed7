/**
 * `<click-to-dial button="ID">`: a button that rings two phones.
 *
 * The same for editors and tools is in `custom-elements.json`.
 *
 * @attr button - The public button id. Another one takes effect at once.
 * @attr label - The button's label, where the element has no content; else "Call now" in the page's language.
 * @attr for - The id of an element of the page that opens the panel in place of the button.
 * @attr placement - Puts the button into the window's corner.
 * @attr tel-links - Takes over clicks on the page's `tel:` links.
 * @attr fallback-href - Where a visitor is sent if nothing can be loaded.
 * @attr texts - JSON: texts in place of ours by key, or by language and key.
 * @attr token - An agent's token. Prefer the property `tokenProvider`: tokens are short-lived.
 * @attr contact-name - Whom an agent calls, in the page's words.
 * @attr context-* - What a page says of itself, kept with every call: `context-campaign="autumn"`; twenty of up to 512 characters.
 * @attr contact-entry - The agent enters the number; else the token has it, and one click dials.
 * @attr lang - As on any element; the nearest one decides the language, then the browser's.
 * @attr state - Set by the element. Where the visitor is; absent while it is closed and idle.
 * @attr mode - Set by the element. How the app runs on this page; absent until it is wanted.
 *
 * @slot - The button's label.
 * @slot icon - The button's icon.
 * @csspart button - The button on the page.
 * @csspart icon - Its icon, unless the slot has another.
 * @csspart label - Its label.
 * @csspart panel - The dialog; `data-state` says where the visitor is.
 * @csspart title - The dialog's title.
 * @csspart close - Closes the panel; a call goes on.
 * @csspart promise - What will happen, before the call.
 * @csspart field - What the field for the number is called.
 * @csspart entry - The field for the number: country and digits.
 * @csspart country - The country in it.
 * @csspart number - The digits in it.
 * @csspart hint - The number that will be called, where a country code is added.
 * @csspart remember - The tick for remembering the number.
 * @csspart consent - The tick for the owner's terms, with their text.
 * @csspart submit - Places the call.
 * @csspart from - The sentence with the number that the visitor's phone will show.
 * @csspart display-number - That number.
 * @csspart phones - The two phones and what is between them.
 * @csspart phone - One of the two.
 * @csspart wire - What is between them.
 * @csspart status - What is true now, read out when it changes.
 * @csspart headline - Its headline.
 * @csspart detail - Its sentence.
 * @csspart error - What is wrong with what was entered, or why there is no call.
 * @csspart note - What is wrong with the connection to the server.
 * @csspart timer - How long the two have been connected.
 * @csspart duration - How long they were.
 * @csspart hang-up - Ends the call.
 * @csspart again - Back to the form.
 * @csspart captcha - Where a captcha is solved.
 * @csspart fallback - The owner's other way to be reached.
 * @csspart frame - Our frame, on pages that forbid WebAssembly.
 * @csspart sandbox - Says that no real phone rings.
 *
 * @cssproperty --ctd-accent - Colour of the button and of what is active.
 * @cssproperty --ctd-accent-text - Text on it.
 * @cssproperty --ctd-surface - The panel.
 * @cssproperty --ctd-text - Text on it.
 * @cssproperty --ctd-muted - Less important text.
 * @cssproperty --ctd-border - Lines.
 * @cssproperty --ctd-danger - Hanging up, and errors.
 * @cssproperty --ctd-radius - Roundness of corners.
 * @cssproperty --ctd-font - Font family.
 * @cssproperty --ctd-size - Size of the button's text, and of the button with it.
 * @cssproperty --ctd-offset - Distance of a button in the corner from the window's edges.
 */
export interface ClickToDialElement extends HTMLElement {
  /** Opens the panel; with a number, or one in the field, places the call. An agent's token may have the number. */
  dial(number?: string): void;
  /** Ends the call, if there is one. */
  hangUp(): void;
  /** Opens the panel. */
  open(): void;
  /** Closes the panel; a call goes on. */
  close(): void;
  /** Texts in place of ours; wins over the attribute. */
  texts?: ClickToDialTexts;
  /** Gives an agent's token whenever one is needed. */
  tokenProvider?: ClickToDialTokenProvider;
}

/** Texts by key (`widget/locales/en.json` has the keys), or by language and key. */
export type ClickToDialTexts = Record<string, string | Record<string, string>>;

/** Called each time a token is needed; `renew` says that the last one was refused. */
export type ClickToDialTokenProvider = (how: { renew: boolean }) => string | Promise<string>;

/** CAMARA Click to Dial's `CallStatus`. */
export type ClickToDialState =
  | "initiating"
  | "callingCaller"
  | "callingCallee"
  | "connected"
  | "disconnected"
  | "failed";

/** CAMARA Click to Dial's `DisconnectionReason`. */
export type ClickToDialReason =
  | "hangUp"
  | "callerBusy"
  | "callerNoAnswer"
  | "callerFailure"
  | "callerAbandon"
  | "calleeBusy"
  | "calleeNoAnswer"
  | "calleeFailure"
  | "other";

/** The element's `state` attribute; absent while it is closed and idle. */
export type ClickToDialView =
  | ClickToDialState
  | "form"
  | "closed"
  | "captcha"
  | "starting"
  | "hangingUp"
  | "error";

/** No detail ever holds a phone number or a token. */
export interface ClickToDialDetail {
  /** The public button id. */
  button: string;
}

export interface ClickToDialBeforeCallDetail extends ClickToDialDetail {
  /**
   * The call waits for the promise. It is not placed where that is rejected, or
   * resolves to `false`.
   */
  waitUntil(promise: Promise<unknown>): void;
}

export interface ClickToDialStatusDetail extends ClickToDialDetail {
  callId: string;
  state: ClickToDialState;
  /** Exactly when `disconnected`. */
  reason?: ClickToDialReason;
  /** Exactly when `disconnected`; 0 if the two were never connected. */
  durationSeconds?: number;
  /** The end was never told by the operator; it is concluded from silence. */
  assumed?: boolean;
  /** Exactly when `failed`: the stable failure code. */
  code?: string;
}

export interface ClickToDialErrorDetail extends ClickToDialDetail {
  /**
   * A stable error code of the edge, such as `INVALID_PHONE_NUMBER`; or
   * `NETWORK` (the edge was not reached), `CALL_LOST` (it no longer knows the
   * call), `CAPTCHA_FAILED`, `LOAD_FAILED` (the app could not be loaded).
   */
  code: string;
  /** Where there is a call. */
  callId?: string;
}

/** All of them bubble and are composed. */
export interface ClickToDialEventMap {
  /** Before a call is placed. Cancelable: the call is then not placed. */
  "ctd-before-call": CustomEvent<ClickToDialBeforeCallDetail>;
  /** Every state, the last one included. */
  "ctd-status": CustomEvent<ClickToDialStatusDetail>;
  /** The end of the call, once. */
  "ctd-end": CustomEvent<ClickToDialStatusDetail>;
  /** There is no call, or none that can be followed. */
  "ctd-error": CustomEvent<ClickToDialErrorDetail>;
}

declare global {
  interface HTMLElementTagNameMap {
    "click-to-dial": ClickToDialElement;
  }
  interface GlobalEventHandlersEventMap extends ClickToDialEventMap {}
}
