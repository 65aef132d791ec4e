// Types of our own modules beside the messages: numbers, axes, words, what a page remembers.
declare namespace Types {
  /** A number that may not be known. */
  type Maybe = number | null | undefined;

  /** How an estimate is drawn: a share in per cent, a number as it is, with the theories' limits. */
  interface Axis {
    key: string;
    low: number;
    high: number;
    lines: { value: number; kind: LineKind }[];
    unit: "share" | "number";
    /** Published values of the same estimate; none where the axis has none. */
    references?: Reference[];
  }

  /** A published value with its interval; its name is a word by this key. */
  interface Reference {
    key: string;
    value: number;
    low: number;
    high: number;
    source: string;
  }

  type LineKind = "classical" | "quantum" | "quantum_best" | "quantum_limit" | "no_message";

  /** A word with its picture; short names it inside a sentence. */
  interface Label {
    text: string;
    emoji: string;
    short: string;
  }

  /** One way to tell a game; answers by question, in the order of the seat's answer letters. */
  interface Theme {
    name: string;
    ask: string;
    questions: Record<string, Label>;
    answers: Record<string, Label[]>;
    rules: string[];
    goal: string;
    hints: string[];
    wanted: Record<string, string>;
    outcomes: Record<string, string>;
  }

  /** A declared game, as game/web/game_data.py writes it. */
  interface Game {
    label: string;
    seats: { questions: string; answers: string }[];
    /** ends: the index of the end for each way to answer, the last seat's answer running fastest. */
    contexts: { questions: string; alike: string; wanted: string; ends: number[] }[];
    /** The ways in which an answered round ends and comes about. */
    ends: { outcome: string; how: string }[];
    figure: string;
    curve: string;
    axes: Axis[];
    has_score: boolean;
    default_theme: string;
    themes: Record<string, Theme>;
    /** What a closed round with this outcome is to its team. */
    kinds: Record<string, "won" | "lost" | "none">;
    /** The designs that do not draw this game's questions evenly. */
    uneven_designs: string[];
    /** How many answered rounds a plan needs before it is named. */
    plan_rounds: number;
    /** How many rounds the award for consistency needs. */
    award_rounds: number;
    /** By strategy and seat: the largest share of rounds that persons beside the bot win, and answers that are certain. */
    bots: Record<string, { reach: number | null; plan: Record<string, string> | null }[]>;
    /** The visibility from which on quantum passes every plan. */
    visibility_threshold: number | null;
    explain: { title: string; paragraphs: string[]; figure: string }[];
  }

  /** The declared games, by key. */
  type Games = Record<string, Game>;

  /** What a page says, by name: a text, or texts in a list. */
  type Words = Record<string, any>;

  /** What a page sends back to the server; false while there is no connection. */
  type Send<Message> = (message: Message) => boolean;

  /** A page's answers to every message that the server can send it.  The socket itself hears Alive. */
  type Handlers<Message extends { type: string }> = {
    [Type in Exclude<Message["type"], "alive">]: (message: Extract<Message, { type: Type }>) => void;
  };

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
    kind: LineKind;
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
    value: string;
    phase: "pressed" | "sending" | "recorded";
  }

  /** What the steps of a lesson say; say and ask on the dashboard only. */
  interface Lesson {
    steps: Record<string, { name: string; headline: string; phone: string; say: string[]; ask: string[] }>;
    questions: Record<string, [string, Record<string, string>]>;
  }

  /** What messages tell the lobby. */
  interface Lobby {
    settle: () => void;
    showError: (text: string) => void;
    refuseJoin: (text: string) => void;
    refuseCard: (text: string) => void;
    showFound: (found: Messages.TeamsFound) => void;
  }

  interface FirstName {
    showError: (text: string) => void;
    take: (name: string) => void;
    follow: (name: string) => void;
  }

  interface PlayState {
    game: Messages.GameView | null;
    me: Messages.Me | null;
    question: Messages.OpenQuestion | null;
    lastRound: Messages.ClosedRound | null;
    /** The latest closed rounds, the oldest first. */
    recent: Messages.RecentRound[];
    /** How many other teams still play, once the own team has played all rounds. */
    playing: number | null;
    score: Messages.RowReport | null;
    /** The first open teams, whether there are more, and whether the game takes no new team. */
    lobby: Map<number, Messages.LobbyTeam>;
    lobbyMore: boolean;
    lobbyFull: boolean;
    /** Whether this player asked for a partner, whom the player has to find in the room. */
    wasFound: boolean;
    prediction: number | null;
    plan: string;
    explained: string;
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

  /** The numbers that a row shows of a report; without evidence of its own it stands at odds of 1. */
  interface Numbers {
    rounds: number;
    /** Rounds that count as good or bad. */
    counted: number;
    /** Issued rounds that some seat did not answer. */
    unanswered: number;
    first: Messages.Estimate;
    second?: Messages.Estimate;
    log10Evidence: Maybe;
    furtherRounds: Maybe;
  }

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
    /** Of the class's own rounds, while it plays those that the host has switched on. */
    before?: Messages.Room | null;
    teams: Map<number, Team>;
  }

  interface WatchState extends RoomState {
    /** Of the rounds with borrowed qubits, after the end of a run that had some. */
    qubits: Messages.Room | null | undefined;
    /** The SHA-256 of the seed of the questions; empty where there is none. */
    seal: string;
    /** Milliseconds that the server's clock is ahead. */
    clockAhead: number;
  }

  interface HostState extends RoomState {
    alarms: Messages.Alarm[];
    /** What the server told of all rows, where the page shows a part of them. */
    order: number[][] | null;
    awards: Messages.Awards | null;
    online: boolean;
    clockAhead: number;
  }

  /** The rows that the dashboard shows and the order that it wants; null for all rows and for no order. */
  interface ShownRows {
    rows: number[] | null;
    order: "evidence" | "first" | "rounds" | null;
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
