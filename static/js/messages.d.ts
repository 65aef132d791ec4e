// Made by manage.py protocol from game/realtime/messages: change that, then run it again.
declare namespace Messages {
  /** Something for the host to check: "suspicion" (better than quantum theory allows) or "signalling" (the answers of the player in this seat to this question depend on the partner's question; in aqmjoe to questions of this kind). */
  interface Alarm {
    team: number;
    kind: "signalling" | "suspicion";
    seat: 1 | 2 | null;
    question: "A" | "AB" | "B" | "X" | "XY" | "Y" | null;
  }

  /** The answer to every Heartbeat: a browser that misses it has lost its connection. */
  interface Alive {
    type: "alive";
  }

  /** End a ban. */
  interface AllowBack {
    type: "allow_back";
    player: number;
  }

  interface Answer {
    type: "answer";
    round: number;
    answer: boolean | string;
  }

  /** The answer that stands, which is the first one. */
  interface AnswerRecorded {
    type: "answer_recorded";
    round: number;
    answer: boolean;
  }

  /** Free the seat; the player's identity may not come back until allowed. */
  interface Ban {
    type: "ban";
    team: number;
    seat: 1 | 2;
  }

  /** A player who may not come back, by the team that the seat was in. */
  interface Banned {
    player: number;
    team: string;
    at: string | null;
  }

  /** To dashboards only: who may not come back now. */
  interface BannedChanged {
    type: "banned_changed";
    banned: Array<Banned>;
  }

  /** A closed round; questions and answers are null where the game does not show them. */
  interface ClosedRound {
    round: number;
    number: number;
    mode: "aqmjoe" | "classic" | "simplified";
    theme: "aqmjoe" | "classic" | "food";
    closed_by: string;
    outcome: string;
    question_1: "A" | "B" | "X" | "Y" | null;
    question_2: "A" | "B" | "X" | "Y" | null;
    answer_1: boolean | null;
    answer_2: boolean | null;
  }

  /** Of a game now: active teams, teams with two seats taken, seated players, players connected or idle. */
  interface Counts {
    teams: number;
    paired: number;
    players: number;
    present: number;
  }

  interface CreateTeam {
    type: "create_team";
    name: string;
  }

  interface DashboardSnapshot {
    type: "dashboard_snapshot";
    game: GameView;
    teams: Array<TeamRow>;
    counts: Counts;
    room: Room;
    alarms: Array<Alarm>;
    banned: Array<Banned>;
    now: string;
  }

  /** What changed since the snapshot or the last delta; of several rows of a team each says something else. */
  interface Delta {
    type: "delta";
    run?: number | null;
    teams?: Array<TeamRow>;
    gone?: Array<number>;
    counts?: Counts | null;
    room?: Room | null;
    alarms?: Array<Alarm> | null;
  }

  /** A host's command was carried out. */
  interface Done {
    type: "done";
    of: string;
  }

  interface FindPartner {
    type: "find_partner";
  }

  interface Finish {
    type: "finish";
  }

  interface GameChanged {
    type: "game_changed";
    game: GameView;
  }

  /** What everybody may know of a game. */
  interface GameView {
    code: string;
    title: string;
    state: "finished" | "lobby" | "paused" | "running";
    run: number;
    mode: "aqmjoe" | "classic" | "simplified";
    theme: "aqmjoe" | "classic" | "food";
    design: "adaptive" | "quota" | "uniform";
    round_limit: number | null;
    answer_seconds: number;
    show_last_round: boolean;
    show_own_score: boolean;
    public_scoreboard: boolean;
    locked: boolean;
    max_teams: number;
    grace_ends_at: string | null;
  }

  /** Seat a bot beside a player who waits for a partner. */
  interface GiveBot {
    type: "give_bot";
    team: number;
    strategy: "best_classical" | "noisy_human" | "random";
  }

  /** Every 10 s, and when the page is hidden or shown. Answered by Alive. */
  interface Heartbeat {
    type: "heartbeat";
    visible?: boolean;
  }

  interface JoinTeam {
    type: "join_team";
    team: number;
  }

  /** Free the seat and send its player away, who may join again. */
  interface Kick {
    type: "kick";
    team: number;
    seat: 1 | 2;
  }

  interface LeaveTeam {
    type: "leave_team";
  }

  /** To players without a seat: the teams that changed, and ids of those that are gone. */
  interface LobbyChanged {
    type: "lobby_changed";
    teams: Array<LobbyTeam>;
    gone: Array<number>;
  }

  /** A team as the lobby lists it; an inactive one may be taken up again. */
  interface LobbyTeam {
    id: number;
    name: string;
    free: 0 | 1 | 2;
    active: boolean;
  }

  /** The player's own seat; partner is null while the other seat is empty. */
  interface Me {
    team: number;
    team_name: string;
    seat: 1 | 2;
    partner: "away" | "connected" | "idle" | null;
    partner_is_bot: boolean;
  }

  /** The player's own question of the open round, and the own answer if it was given before. */
  interface OpenQuestion {
    round: number;
    number: number;
    mode: "aqmjoe" | "classic" | "simplified";
    theme: "aqmjoe" | "classic" | "food";
    question: "A" | "B" | "X" | "Y";
    deadline: string;
    answer: boolean | null;
  }

  /** What a team did in this run, in the mode of the game or, where it played none of that, of most of its rounds. */
  interface OwnResult {
    mode: "aqmjoe" | "classic" | "simplified";
    theme: "aqmjoe" | "classic" | "food";
    report: Record<string, any>;
    plan: Plan;
    pairs: Array<PairResult>;
  }

  /** How often a team was asked a pair of questions, and did what the pair wants. */
  interface PairResult {
    question_1: "A" | "B" | "X" | "Y";
    question_2: "A" | "B" | "X" | "Y";
    rounds: number;
    hits: number | null;
  }

  interface PartnerChanged {
    type: "partner_changed";
    partner: "away" | "connected" | "idle" | null;
    partner_is_bot: boolean;
  }

  interface Pause {
    type: "pause";
  }

  /** The plan that a team seems to have followed: an answer for each seat and question ("1A"), null while none is clear. */
  interface Plan {
    answers: Record<string, boolean> | null;
    mirrored: boolean;
    fits: number;
    rounds: number;
    pairs_won: number | null;
    pairs: number | null;
  }

  /** All that a player's page shows; sent on connect and whenever the page may have missed something. */
  interface PlayerSnapshot {
    type: "player_snapshot";
    game: GameView;
    me: Me | null;
    question: OpenQuestion | null;
    last_round: ClosedRound | null;
    score: Score | null;
    lobby: Array<LobbyTeam>;
    now: string;
    prediction: number | null;
  }

  /** The best possible win rate as the player predicts it before playing; a later prediction replaces it. */
  interface Prediction {
    type: "prediction";
    percent: number;
  }

  /** The prediction that stands, in per cent. */
  interface PredictionRecorded {
    type: "prediction_recorded";
    percent: number;
  }

  interface QuestionAsked {
    type: "question_asked";
    question: OpenQuestion;
  }

  /** A message was not carried out; the socket stays open. `of` names the message's type where it is known. */
  interface Refused {
    type: "refused";
    reason: string;
    text: string;
    of: string | null;
    round: number | null;
  }

  interface RenameTeam {
    type: "rename_team";
    team: number;
    name: string;
  }

  interface Reset {
    type: "reset";
  }

  /** After the game: the player's prediction, the own team's numbers and its latest closed rounds, newest first. */
  interface Results {
    type: "results";
    prediction: number | null;
    own: OwnResult | null;
    rounds: Array<ClosedRound>;
    played: number;
  }

  interface Resume {
    type: "resume";
  }

  /** The pooled report of the room (teams of persons, or of bots if there are only bots) and its pace. */
  interface Room {
    report: Record<string, any> | null;
    rounds: number;
    rounds_per_second: number | null;
    bots_only: boolean;
  }

  interface RoundClosed {
    type: "round_closed";
    last_round: ClosedRound;
  }

  /** A team's own closed rounds: wins of scored, with the Wilson interval of the win rate. */
  interface Score {
    wins: number | null;
    scored: number | null;
    win_rate: number | null;
    interval: [number, number] | null;
    rounds: number;
    miracles: number | null;
    rule_keeping: number | null;
    miracles_interval: [number, number] | null;
    rule_keeping_interval: [number, number] | null;
  }

  /** A page drops the score of a run that is not the game's. */
  interface ScoreChanged {
    type: "score_changed";
    run: number;
    score: Score;
  }

  /** A taken seat as hosts see it. */
  interface SeatView {
    presence: "away" | "connected" | "idle";
    kind: string;
  }

  interface SetMode {
    type: "set_mode";
    mode: "aqmjoe" | "classic" | "simplified";
  }

  /** Only what is named changes; a round limit of null lifts the limit. */
  interface SetOptions {
    type: "set_options";
    title?: string;
    round_limit?: number | null;
    answer_seconds?: number;
    show_last_round?: boolean;
    show_own_score?: boolean;
    public_scoreboard?: boolean;
    locked?: boolean;
    max_teams?: number;
  }

  interface SetTheme {
    type: "set_theme";
    theme: "aqmjoe" | "classic" | "food";
  }

  /** After the game: answered by Results. */
  interface ShowResults {
    type: "show_results";
  }

  /** Close the open round of a team; it counts like one whose time is up. */
  interface SkipRound {
    type: "skip_round";
    team: number;
  }

  /** The server is busy: until then updates come every 2 s only. Null: as usual again. */
  interface Slowed {
    type: "slowed";
    until: string | null;
  }

  interface Start {
    type: "start";
  }

  /** A row of the dashboard. In a delta only id and what changed are there. */
  interface TeamRow {
    id: number;
    name?: string;
    active?: boolean;
    bots?: boolean;
    seats?: [SeatView | null, SeatView | null];
    report?: Record<string, any> | null;
  }

  /** Teams are empty where the host hides the scoreboard. */
  interface WatchSnapshot {
    type: "watch_snapshot";
    game: GameView;
    teams: Array<TeamRow>;
    counts: Counts;
    room: Room;
    now: string;
  }

  type ToPlay =
    | PlayerSnapshot
    | QuestionAsked
    | AnswerRecorded
    | RoundClosed
    | ScoreChanged
    | PredictionRecorded
    | Results
    | PartnerChanged
    | LobbyChanged
    | GameChanged
    | Alive
    | Refused;

  type ToWatch =
    | WatchSnapshot
    | Delta
    | Slowed
    | GameChanged
    | Alive
    | Refused;

  type ToDashboard =
    | DashboardSnapshot
    | Delta
    | Slowed
    | BannedChanged
    | Done
    | GameChanged
    | Alive
    | Refused;

  type FromPlay =
    | CreateTeam
    | JoinTeam
    | LeaveTeam
    | FindPartner
    | Answer
    | Prediction
    | ShowResults
    | Heartbeat;

  type FromWatch =
    | Heartbeat;

  type FromDashboard =
    | Start
    | Pause
    | Resume
    | Finish
    | Reset
    | SetMode
    | SetTheme
    | SetOptions
    | SkipRound
    | Kick
    | Ban
    | AllowBack
    | RenameTeam
    | GiveBot
    | Heartbeat;
}
