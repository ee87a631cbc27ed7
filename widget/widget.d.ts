/**
 * `<click-to-dial button="ID">`: a button that rings two phones.
 *
 * @attr button - The public button id.
 * @attr placement - `corner`: fixed to the window's corner.
 * @attr for - The id of the page's own element that opens the panel; no button is painted.
 * @attr tel-links - Plain clicks on the page's international `tel:` links call through this button.
 * @attr fallback-href - Where visitors are sent if nothing of the app can run.
 * @attr mode - Set by the widget: how the app runs, `inline`, `frame` or `fallback`.
 * @attr state - Set by the widget: where the visitor is; absent while it is closed and idle.
 *
 * @slot - The button's label.
 * @slot icon - A picture instead of the telephone.
 *
 * @csspart button - The button on the page.
 * @csspart icon - Its telephone.
 * @csspart label - Its label.
 * @csspart panel - The dialog; `data-state` says where the visitor is.
 * @csspart number - The number field.
 * @csspart submit - Places the call.
 * @csspart status - What is true now, read out when it changes.
 * @csspart headline - Its headline.
 * @csspart error - What is wrong with the number, or why there is no call.
 * @csspart note - What is wrong with the connection to the server.
 * @csspart timer - How long the two have been connected.
 * @csspart duration - How long they were.
 * @csspart hang-up - Ends the call.
 * @csspart again - Back to the form.
 * @csspart close - Closes the panel; a call goes on.
 * @csspart display-number - The number that the visitor's phone will show.
 * @csspart sandbox - Says that no real phone rings.
 * @csspart frame - The app in the edge's frame, where the page's policy forbids it here.
 * @csspart fallback - The way out where it forbids the frame, too.
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
 * @cssproperty --ctd-size - Size of the button's text; the button follows it.
 * @cssproperty --ctd-offset - From the window's edges, in the corner.
 */
export interface ClickToDialElement extends HTMLElement {
  /** Opens the panel; with a number, given or in the field, places the call. */
  dial(number?: string): void;
  /** Ends the call, if there is one. */
  hangUp(): void;
  /** Opens the panel. */
  open(): void;
  /** Closes the panel; a call goes on. */
  close(): void;
}

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
export type ClickToDialView = ClickToDialState | "form" | "starting" | "hangingUp" | "error";

/** No detail ever holds a phone number or a token. */
export interface ClickToDialDetail {
  /** The public button id. */
  button: string;
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
   * call), `LOAD_FAILED` (the app could not be loaded).
   */
  code: string;
  /** Where there is a call. */
  callId?: string;
}

/** All of them bubble and are composed. */
export interface ClickToDialEventMap {
  /** Before a call is placed. Cancelable: the call is then not placed. */
  "ctd-before-call": CustomEvent<ClickToDialDetail>;
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
  interface HTMLElementEventMap extends ClickToDialEventMap {}
}
