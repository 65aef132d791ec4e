// Types of our own modules beside the messages: numbers, axes, words, what a page remembers.
declare namespace Types {
  /** A number that may not be known. */
  type Maybe = number | null | undefined;

  /** An estimate with its interval, as a report says it. */
  interface Estimate {
    value?: Maybe;
    interval?: [Maybe, Maybe] | null;
  }

  /** The axis of an estimate, with the limits of the theories: classical, quantum, no-signalling. */
  interface Scale {
    from: number;
    to: number;
    bounds: [number, number, number];
    tick?: number;
  }

  interface Scales extends Record<string, any> {
    s: Scale;
    wins: Scale;
    h: Scale;
    evidence: { steps: number[] };
  }

  /** What a page says, by name: a text, or texts in a list. */
  type Words = Record<string, any>;

  /** The words of the themes, by the theme's name. */
  type Themes = Record<string, any>;

  /** What a page sends back to the server; false while there is no connection. */
  type Send<Message> = (message: Message) => boolean;

  /** A page's answers to every message that the server can send it.  The socket itself hears Alive. */
  type Handlers<Message extends { type: string }> = {
    [Type in Exclude<Message["type"], "alive">]: (message: Extract<Message, { type: Type }>) => void;
  };

  /** What a page shows first of a report. */
  interface Headline {
    rounds: number;
    wins: Estimate;
    s: Estimate;
    log10Evidence: Maybe;
    /** The first scored pair of questions that nobody was asked yet. */
    missing: string | null;
    parts: Record<string, any> | null;
  }

  /** A value over time or rounds, where there is one with its interval. */
  interface Point {
    x: number;
    y: Maybe;
    low?: Maybe;
    high?: Maybe;
  }

  /** A line through a chart, drawn as the gauges draw it: solid, dashed, dotted. */
  interface ReferenceLine {
    at: number;
    kind: "classical" | "quantum" | "limit";
  }

  interface YAxis {
    range: [number, number];
    ticks: number[];
    write: (value: number) => string;
    lines: ReferenceLine[];
  }

  interface XAxis {
    /** The shortest span that is shown. */
    least: number;
    ticks: (from: number, to: number, most: number) => number[];
    write: (values: number[]) => string[];
  }

  /** A team of which everything is known: a delta may begin with less. */
  type Team = Required<Messages.TeamRow>;

  /** The player's own answer to the open round. */
  interface OwnAnswer {
    round: number;
    value: boolean;
    phase: "pressed" | "sending" | "recorded";
  }

  interface PlayState {
    game: Messages.GameView | null;
    me: Messages.Me | null;
    question: Messages.OpenQuestion | null;
    lastRound: Messages.ClosedRound | null;
    score: Messages.Score | null;
    lobby: Map<number, Messages.LobbyTeam>;
    prediction: number | null;
    results: Messages.Results | null;
    answer: OwnAnswer | null;
    notice: string;
    connection: string;
    /** When the connection was lost: how old the numbers are. */
    lostAt: Date | null;
    /** Milliseconds that the server's clock is ahead. */
    clockAhead: number;
  }

  /** A player's page once it knows its game, and once the player has a seat. */
  type Shown = PlayState & { game: Messages.GameView };
  type Seated = Shown & { me: Messages.Me };

  /** A team in the dashboard's table; its line is the element that shows it while it is in the page. */
  interface Row {
    id: number;
    line: any;
    team: any;
    isOld: boolean;
    award: string;
    [name: string]: any;
  }

  /** What the dashboard and the projector both follow. */
  interface RoomState {
    game: Messages.GameView | null;
    counts: Messages.Counts | null;
    room: Messages.Room | null;
    teams: Map<number, Team>;
  }

  interface HostState extends RoomState {
    alarms: Messages.Alarm[];
    online: boolean;
    clockAhead: number;
  }

  /** A chart laid out, in pixels: its axes' marks with their texts, and its points. */
  interface Plot {
    frame: { left: number; right: number; top: number; bottom: number };
    rows: { y: number; text: string }[];
    columns: { x: number; text: string }[];
    lines: { y: number; kind: ReferenceLine["kind"] }[];
    line: [x: number, y: number | null][];
    path: string;
    band: string;
    lone: [x: number, y: Maybe][];
  }
}
