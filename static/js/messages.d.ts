// Made by manage.py protocol from game/realtime/messages: change that, then run it again.
declare namespace Messages {
  /** Add a team of bots that plays fast beside the class and is none of it; visibility is that of quantum teams. */
  interface AddTeam {
    type: "add_team";
    strategy: "always_true" | "best_classical" | "caller" | "card_counter" | "deck_counter" | "learner" | "noisy_human" | "passer" | "pr_box" | "quantum" | "random" | "rotating_loser" | "shared_coin" | "signalling_cheater" | "table" | "whisper";
    visibility?: number;
  }

  /** Something for the host to check: "suspicion" (better than quantum theory allows), "signalling" (the answers of the player in this seat to these questions depend on another player's question), "answer_times" (this seat is slow in the rounds in which another seat is) or "pace" (the team plays so much faster than the others that its further rounds are not in the room). */
  interface Alarm {
    team: number;
    kind: "answer_times" | "pace" | "signalling" | "suspicion";
    seat: number | null;
    questions: string | null;
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

  /** Let teams have a name that was refused for a word in it. */
  interface AllowName {
    type: "allow_name";
    refused: number;
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
    answer: string;
  }

  /** The teams with the most evidence and with the highest lower end of the first estimate's interval. */
  interface Awards {
    evidence: number | null;
    consistency: number | null;
  }

  /** How an estimate of this key is drawn. unit "share" is shown in per cent, "number" as it is. */
  interface Axis {
    key: string;
    low: number;
    high: number;
    lines: Array<Line>;
    unit: "number" | "share";
    references?: Array<Reference>;
  }

  /** How often a seat gave each answer to a question, also in rounds that others left unanswered. */
  interface Balance {
    seat: number;
    question: string;
    answers: Record<string, number>;
    balance?: number | null;
    corrected?: number | null;
    p_fair?: number | null;
  }

  /** Free the seat; the player's identity may not come back until allowed. */
  interface Ban {
    type: "ban";
    team: number;
    seat: number;
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

  /** What a class did in the steps of its lesson. Persons with a seat count. */
  interface ClassView {
    type: "class_view";
    players: number;
    guessed: number;
    teams: number;
    planned: number;
    explained: number;
    guesses: Array<number> | null;
    chosen: Record<string, Record<string, number>> | null;
    gain: number | null;
    gain_low: number | null;
    gain_high: number | null;
    prizes: Prizes | null;
  }

  /** A closed round. Words are looked up by "outcome_how", else by outcome. */
  interface ClosedRound {
    round: number;
    number: number;
    mode: string;
    theme: string;
    closed_by: string;
    outcome: string;
    how: string;
    questions: string | null;
    answers: string | null;
  }

  /** How often a team was asked these questions, and did what is wanted there; null where nothing is wanted. */
  interface ContextHits {
    questions: string;
    rounds: number;
    hits: number | null;
  }

  /** Rounds of one context. correlator is the mean product of answers (T +1, F -1) over answered rounds. */
  interface ContextResult {
    questions: string;
    rounds?: number | null;
    answered?: number | null;
    good?: number | null;
    bad?: number | null;
    correlator?: number | null;
    correlator_low?: number | null;
    correlator_high?: number | null;
    success?: number | null;
    success_low?: number | null;
    success_high?: number | null;
  }

  /** Take the finish back, within a minute of it. */
  interface Continue {
    type: "continue";
  }

  /** Of a game now: active teams, teams with all seats taken, seated players, players connected or idle. */
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
    before: Room | null;
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
    order?: Array<Array<number>> | null;
    awards?: Awards | null;
    before?: Room | null;
  }

  /** A host's command was carried out. */
  interface Done {
    type: "done";
    of: string;
  }

  /** Show the end of the game again. */
  interface EndReplay {
    type: "end_replay";
  }

  /** A number, its 95 % interval, and the number of rounds behind it. */
  interface Estimate {
    key: string;
    value?: number | null;
    low?: number | null;
    high?: number | null;
    rounds?: number | null;
    open_low?: number | null;
    open_high?: number | null;
    left_out?: number | null;
  }

  /** Evidence against every plan, against quantum theory, and against no-signalling. */
  interface Evidence {
    e?: number | null;
    log10_e?: number | null;
    p_anytime?: number | null;
    p_local?: number | null;
    log10_p_local?: number | null;
    p_superquantum?: number | null;
    log10_p_superquantum?: number | null;
    log10_e_superquantum?: number | null;
    log10_e_no_signalling?: number | null;
    log10_kelly?: number | null;
    win_rate_lower?: number | null;
    further_rounds?: number | null;
    reason?: string | null;
    p_reason?: string | null;
  }

  /** The answers to the two closing questions of a lesson; a later one replaces it. */
  interface Explain {
    type: "explain";
    what: string;
    message: string;
  }

  /** The answers to the closing questions that stand. */
  interface Explained {
    type: "explained";
    explained: string;
  }

  interface FindPartner {
    type: "find_partner";
  }

  /** For a player without a seat: teams with a free one by a part of their name or their number, as TeamsFound. */
  interface FindTeams {
    type: "find_teams";
    text: string;
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
    mode: string;
    theme: string;
    design: "adaptive" | "deck" | "memory" | "pass" | "qubits" | "quota" | "telephone" | "uniform";
    round_limit: number | null;
    answer_seconds: number;
    plan_seconds: number;
    show_last_round: boolean;
    show_own_score: boolean;
    public_scoreboard: boolean;
    locked: boolean;
    max_teams: number;
    grace_ends_at: string | null;
    lesson: LessonView | null;
    numbers_hidden: boolean;
    podium: number;
    continue_until: string | null;
    replay: ReplayView | null;
    version: string;
    visibility: number;
  }

  /** Seat a bot beside a player who waits for a partner. */
  interface GiveBot {
    type: "give_bot";
    team: number;
    strategy: "best_classical" | "noisy_human" | "random";
  }

  /** Bring the lesson to the step of this index, forward or back. */
  interface GoToStep {
    type: "go_to_step";
    step: number;
  }

  /** Every 10 s, and when the page is hidden or shown. Answered by Alive. */
  interface Heartbeat {
    type: "heartbeat";
    visible?: boolean;
  }

  /** The player's first name, for the own team and the hosts; empty: none. Refused while the own round is open. */
  interface Introduce {
    type: "introduce";
    first_name: string;
  }

  /** The first name that stands; "" without one. */
  interface Introduced {
    type: "introduced";
    first_name: string;
  }

  interface JoinTeam {
    type: "join_team";
    team: number;
  }

  /** Free the seat and send its player away, who may join again. */
  interface Kick {
    type: "kick";
    team: number;
    seat: number;
  }

  /** Leave a team out of the class from its next round on, or take it in again. */
  interface LeaveOut {
    type: "leave_out";
    team: number;
    left_out: boolean;
  }

  interface LeaveTeam {
    type: "leave_team";
  }

  /** Lend the class qubits from the next round on, whose pairs have this visibility, or take them back. */
  interface LendQubits {
    type: "lend_qubits";
    on: boolean;
    visibility?: number;
  }

  /** The steps of a lesson, the index of the present one, and when its time is up where it has a time. */
  interface LessonView {
    steps: Array<string>;
    step: number;
    ends_at: string | null;
    guesses_shown: boolean;
  }

  /** A limit on an axis, and the theory that sets it. */
  interface Line {
    value: number;
    kind: "classical" | "no_message" | "quantum" | "quantum_best" | "quantum_limit";
  }

  /** To players without a seat: what has changed in their list of open teams, and ids of those that left the list. */
  interface LobbyChanged {
    type: "lobby_changed";
    teams: Array<LobbyTeam>;
    gone: Array<number>;
    more: boolean;
    full: boolean;
  }

  /** A team with a free seat; an inactive one is taken up again only by those who sat there. */
  interface LobbyTeam {
    id: number;
    name: string;
    free: number;
    active: boolean;
  }

  /** The player's own seat, and the other seats of the team in their order. */
  interface Me {
    team: number;
    team_name: string;
    seat: number;
    partners: Array<Partner>;
  }

  /** Measure the own half of the pair of borrowed qubits in this round: answered by Measured. */
  interface Measure {
    type: "measure";
    round: number;
  }

  /** What the own half of the pair gave in this round; it stays. */
  interface Measured {
    type: "measured";
    round: number;
    outcome: string;
  }

  /** A present player without a seat; first_name may be empty. */
  interface Newcomer {
    player: number;
    first_name: string;
    since: string;
  }

  /** Open a loophole from the next round on, or close the one that is open (null). */
  interface OpenLoophole {
    type: "open_loophole";
    loophole: "deck" | "memory" | "pass" | "telephone" | null;
  }

  /** The player's own question of the open round, and the own answer if it was given before. */
  interface OpenQuestion {
    round: number;
    number: number;
    mode: string;
    theme: string;
    question: string;
    deadline: string;
    answer: string | null;
    outcome?: string | null;
    told?: string;
    may_pass?: boolean;
  }

  /** What a team did in this run, in the present game or, where it played none of that, in the one it played most. */
  interface OwnResult {
    mode: string;
    theme: string;
    report: Report;
    contexts: Array<ContextHits>;
    verdict: "leaning" | "like_best_plan" | "no_plan" | "undecided" | null;
    steps: Array<number>;
    ticked: TickedPlan | null;
    is_best_plan: boolean;
  }

  /** Seat the player who is alone in this team with another one who waits. */
  interface PairUp {
    type: "pair_up";
    team: number;
  }

  /** Another seat of the own team; presence is null while it is empty. */
  interface Partner {
    seat: number;
    presence: "away" | "connected" | "idle" | null;
    is_bot: boolean;
    plan?: string;
    name?: string;
  }

  /** Who sits in the other seats and is there; held back while the player's open question has no answer. */
  interface PartnersChanged {
    type: "partners_changed";
    partners: Array<Partner>;
  }

  /** Leave the open round out, where the loophole "pass" is open: it closes at once. */
  interface Pass {
    type: "pass";
    round: number;
  }

  interface Pause {
    type: "pause";
  }

  /** The plan that stands. */
  interface PlanRecorded {
    type: "plan_recorded";
    answers: string;
  }

  /** The plan that a team followed: each seat's answer to each question; None while it is not clear. */
  interface PlanResult {
    answers?: Array<Record<string, string>> | null;
    mirrored?: boolean;
    fit?: number | null;
    rounds?: number;
    contexts_won?: number | null;
    contexts?: number | null;
    mix?: Array<PlanShare> | null;
  }

  /** A plan that a team followed in a part of its rounds: each seat's answer to each question, and how often. */
  interface PlanShare {
    answers: Array<Record<string, string>>;
    weight: number;
  }

  /** The rounds closed up to now, among them the good and the bad ones: shown at once, before they count. */
  interface Played {
    rounds: number;
    good: number;
    bad: number;
  }

  /** All that a player's page shows; sent on connect and whenever the page may have missed something. */
  interface PlayerSnapshot {
    type: "player_snapshot";
    game: GameView;
    me: Me | null;
    question: OpenQuestion | null;
    last_round: ClosedRound | null;
    score: RowReport | null;
    lobby: Array<LobbyTeam>;
    lobby_more: boolean;
    lobby_full: boolean;
    now: string;
    prediction: number | null;
    plan: string;
    explained: string;
    recent: Array<RecentRound>;
    first_name: string;
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

  /** Names of teams: those that ticked a best plan, and those whose mean guess is nearest to the limit of plans. */
  interface Prizes {
    best_plan: Array<string>;
    closest_guess: Array<string>;
  }

  /** How many other teams have not yet played all rounds. */
  interface Progress {
    type: "progress";
    playing: number;
  }

  interface QuestionAsked {
    type: "question_asked";
    question: OpenQuestion;
  }

  /** The most urgent things now; only to the dashboard that asked. */
  interface Radar {
    type: "radar";
    things: Array<RadarThing>;
    names: Array<WaitingName>;
  }

  /** One thing that needs the host: "alone" (a player without a partner), "timeouts" (so many rounds in a row ended without an answer of this seat), "silent" (the seat lets its team wait; seconds since its last answer), "taken_over" (a phone that was not connected lost this seat to another one, which has its card), "came_back" (the phone of this seat shows another page or none, and newcomers came after it, one of whom may be its pupil), "one_device" (all seats seem to be windows of one browser) or an alarm, see Alarm. An alarm is a reason to look, never a verdict; teams is how many were looked at. */
  interface RadarThing {
    kind: "alone" | "answer_times" | "came_back" | "one_device" | "pace" | "signalling" | "silent" | "suspicion" | "taken_over" | "timeouts";
    team: number;
    seat: number | null;
    rounds: number | null;
    seconds: number | null;
    questions: string | null;
    teams: number | null;
    newcomers: Array<Newcomer>;
  }

  /** The team's place among teams of persons by what it surely reached; teams that are equal share a place. */
  interface Ranking {
    place: number;
    teams: number;
  }

  /** One of the team's latest closed rounds, as a dot shows it. */
  interface RecentRound {
    round: number;
    mode: string;
    closed_by: string;
    outcome: string;
  }

  /** A published value on an axis, with its 95 % interval and where it was printed. */
  interface Reference {
    key: string;
    value: number;
    low: number;
    high: number;
    source: string;
  }

  /** A message was not carried out; the socket stays open. `of` names the message's type where it is known. */
  interface Refused {
    type: "refused";
    reason: string;
    text: string;
    of: string | null;
    round: number | null;
  }

  /** Remove every team in which nobody is, except those that have answered. */
  interface RemoveEmptyTeams {
    type: "remove_empty_teams";
  }

  /** Take out a team that was added. */
  interface RemoveTeam {
    type: "remove_team";
    team: number;
  }

  interface RenameTeam {
    type: "rename_team";
    team: number;
    name: string;
  }

  /** A run from its first closed round to its last, in a bounded number of frames. */
  interface Replay {
    run: number;
    mode: string;
    design: string;
    without: number | null;
    limit: number | null;
    at: [string, string];
    estimates: Array<string>;
    axes: Array<Axis>;
    frames: Array<ReplayFrame>;
    teams: Array<TeamRow>;
  }

  /** The room at a moment, in seconds since the first one, and the rows of the teams that have played since. */
  interface ReplayFrame {
    seconds: number;
    room: Room;
    rows: Array<[number, number, number, number, number, number | null, Array<number | null>]>;
  }

  /** What projector and dashboard replay. */
  interface ReplayView {
    at: string;
    position: number;
    speed: number;
    without: number | null;
    limit: number | null;
  }

  /** All numbers of a team or a room. */
  interface Report {
    game: string;
    design: string | null;
    issued: number;
    answered: number;
    good: number;
    bad: number;
    estimates: Array<Estimate>;
    details: Array<Estimate>;
    evidence: Evidence;
    matrix?: Array<ContextResult> | null;
    tests?: Array<SignTestResult> | null;
    plan?: PlanResult | null;
    balance?: Array<Balance> | null;
    room?: RoomEvidence | null;
    notes?: Array<string>;
    played?: Played | null;
    waiting?: number;
    outside_rounds?: number;
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
    ranking: Ranking | null;
    qubits: Played | null;
  }

  interface Resume {
    type: "resume";
  }

  /** The pooled report of the room (rounds of persons, or of bots if there are no others) and its pace. */
  interface Room {
    report: Report | null;
    rounds: number;
    rounds_per_second: number | null;
    bots_only: boolean;
    verdict: "leaning" | "like_best_plan" | "no_plan" | "undecided" | null;
    team_steps: Array<number>;
  }

  /** Evidence of a room beyond its pooled rounds: the mean of the teams' e-values, and how many are declared. */
  interface RoomEvidence {
    teams: number;
    log10_mean_e?: number | null;
    declared_teams?: number | null;
  }

  interface RoundClosed {
    type: "round_closed";
    last_round: ClosedRound;
  }

  /** The part of a live report in table rows and on phones, small because a browser gets thousands a minute. */
  interface RowReport {
    game: string;
    issued: number;
    unanswered: number;
    good: number;
    bad: number;
    estimates: Array<Estimate>;
    log10_e?: number | null;
    further_rounds?: number | null;
    played?: Played | null;
    waiting?: number;
    outside_rounds?: number;
  }

  /** Give a seat to a present player without one, who is the same pupil in another browser. */
  interface SamePupil {
    type: "same_pupil";
    team: number;
    seat: number;
    player: number;
  }

  /** A page drops the score of a run that is not the game's. */
  interface ScoreChanged {
    type: "score_changed";
    run: number;
    score: RowReport;
  }

  /** A taken seat as hosts see it. */
  interface SeatView {
    presence: "away" | "connected" | "idle";
    kind: string;
  }

  interface SetMode {
    type: "set_mode";
    mode: string;
  }

  /** Only what is named changes; a round limit of null lifts the limit. */
  interface SetOptions {
    type: "set_options";
    title?: string;
    round_limit?: number | null;
    answer_seconds?: number;
    plan_seconds?: number;
    show_last_round?: boolean;
    show_own_score?: boolean;
    public_scoreboard?: boolean;
    locked?: boolean;
    max_teams?: number;
  }

  interface SetTheme {
    type: "set_theme";
    theme: string;
  }

  /** What the class guessed, planned and answered up to now: answered by ClassView. */
  interface ShowClass {
    type: "show_class";
  }

  /** Show on the projector what the class guessed. */
  interface ShowGuesses {
    type: "show_guesses";
  }

  /** Show on the projector from 1 the third place, 2 the second, 3 the first, 4 prizes; 0 takes all back. */
  interface ShowPodium {
    type: "show_podium";
    shown: number;
  }

  /** After the team's last round: answered by Progress. */
  interface ShowProgress {
    type: "show_progress";
  }

  /** Ask what needs the host now. Answered by Radar. */
  interface ShowRadar {
    type: "show_radar";
  }

  /** Replay a finished game on projector and dashboard from this second on, so many times as fast; speed 0 is a pause. */
  interface ShowReplay {
    type: "show_replay";
    position: number;
    speed: number;
    without?: number | null;
    limit?: number | null;
  }

  /** After the game: answered by Results. */
  interface ShowResults {
    type: "show_results";
  }

  /** Name the rows that the page shows, null for all of them, and the order that it wants to know, null for none. */
  interface ShowRows {
    type: "show_rows";
    rows: Array<number> | null;
    order?: "evidence" | "first" | "rounds" | null;
  }

  /** A test whether answers of one seat depend on another seat's question. */
  interface SignTestResult {
    seat: number;
    questions: string;
    answer: string | null;
    other: number;
    split: string;
    chance: number;
    agreements: number;
    rounds: number;
    p?: number | null;
    p_holm?: number | null;
    e?: number | null;
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

  /** The text of a printed card's link, which names a seat of a team. */
  interface TakeCardSeat {
    type: "take_card_seat";
    card: string;
  }

  /** A row of the dashboard. In a delta only id and what changed are there. */
  interface TeamRow {
    id: number;
    name?: string;
    active?: boolean;
    bots?: boolean;
    ghost?: boolean;
    left_out?: boolean;
    seats?: Array<SeatView | null>;
    names?: Array<string>;
    report?: RowReport | null;
  }

  /** The open teams with this text in their name, or with this number. */
  interface TeamsFound {
    type: "teams_found";
    text: string;
    teams: Array<LobbyTeam>;
  }

  /** The answers that the player has agreed to give, one letter for each question of the seat; empty: none. */
  interface TickPlan {
    type: "tick_plan";
    answers: string;
  }

  /** The plan that all seats ticked before playing, by seat, and in how many contexts it does what is wanted. */
  interface TickedPlan {
    answers: Array<string>;
    won: number;
    contexts: number;
  }

  /** A name that was refused for a word in it, and that a host may allow. */
  interface WaitingName {
    id: number;
    name: string;
  }

  /** Teams are empty where the host hides the scoreboard; seats and counts are shown in the lobby only. */
  interface WatchSnapshot {
    type: "watch_snapshot";
    game: GameView;
    teams: Array<TeamRow>;
    counts: Counts | null;
    room: Room;
    seal: string;
    now: string;
    before: Room | null;
    qubits: Room | null;
  }

  type ToPlay =
    | PlayerSnapshot
    | QuestionAsked
    | AnswerRecorded
    | Measured
    | RoundClosed
    | ScoreChanged
    | PredictionRecorded
    | PlanRecorded
    | Introduced
    | Explained
    | Results
    | Progress
    | PartnersChanged
    | LobbyChanged
    | TeamsFound
    | GameChanged
    | Alive
    | Refused;

  type ToWatch =
    | WatchSnapshot
    | Delta
    | Slowed
    | ClassView
    | GameChanged
    | Alive
    | Refused;

  type ToDashboard =
    | DashboardSnapshot
    | Delta
    | Slowed
    | ClassView
    | BannedChanged
    | Radar
    | Done
    | GameChanged
    | Alive
    | Refused;

  type ToReplay =
    | Replay;

  type FromPlay =
    | CreateTeam
    | JoinTeam
    | TakeCardSeat
    | LeaveTeam
    | FindPartner
    | FindTeams
    | Answer
    | Measure
    | Pass
    | Prediction
    | TickPlan
    | Introduce
    | Explain
    | ShowResults
    | ShowProgress
    | Heartbeat;

  type FromWatch =
    | Heartbeat
    | ShowClass;

  type FromDashboard =
    | Start
    | Pause
    | Resume
    | Finish
    | Continue
    | Reset
    | SetMode
    | SetTheme
    | SetOptions
    | LendQubits
    | OpenLoophole
    | GoToStep
    | ShowGuesses
    | ShowPodium
    | ShowReplay
    | EndReplay
    | ShowClass
    | ShowRows
    | SkipRound
    | Kick
    | Ban
    | AllowBack
    | RenameTeam
    | GiveBot
    | AddTeam
    | RemoveTeam
    | LeaveOut
    | RemoveEmptyTeams
    | PairUp
    | SamePupil
    | AllowName
    | ShowRadar
    | Heartbeat;
}
