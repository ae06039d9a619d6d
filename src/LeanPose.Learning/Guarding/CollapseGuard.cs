using System.Globalization;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;

namespace LeanPose.Learning.Guarding;

/// <summary>
/// Watches a semi-supervised run. In a collapse (Xie et al., ICCV 2021) the networks agree, within few steps, on background
/// everywhere: the consistency losses vanish, and accuracy falls below that of the labels alone. Dim heatmaps alone are no
/// sign of it, for every run begins with them: brightness is held against labelled persons and against what it was before.
/// </summary>
/// <remarks>
/// One batch can be odd, so several looks in a row must agree. From the first bad one on, the trainer looks at every step:
/// a collapse is certain within one logging interval. What the guard says follows from the telemetry and its state alone.
/// </remarks>
public sealed class CollapseGuard
{
    // Heatmaps that are twice as bright as dark ones mean something.
    private const double Lit = 2;
    private const double NoDistance = 0.01;
    private const double NoLoss = 0.01;
    private const int MergedPatience = 3;
    private readonly Recipe _recipe;
    private readonly GuardRecipe _guard;
    private readonly int _from;
    private bool _looksSick;

    /// <summary>Takes up the watch.</summary>
    /// <param name="recipe">What is watched, and its thresholds.</param>
    /// <param name="state">What is remembered.</param>
    public CollapseGuard(Recipe recipe, GuardState state)
    {
        (_recipe, _guard, State) = (recipe, recipe.Guard, state);
        _from = Math.Max(_guard.FromStep, recipe.Training.WarmupSteps);
    }

    /// <summary>What it remembers.</summary>
    public GuardState State { get; private set; }

    /// <summary>Whether nothing looked like a collapse at the last look, be it one at which no alarm may be given yet.</summary>
    public bool IsHealthy => !_looksSick;

    /// <summary>Whether a collapse is suspected and not certain: the next step should be looked at.</summary>
    public bool LooksClosely => State.Streaks.Any(s => s.Value > 0 && s.Value < _guard.Looks && Alarm.Collapses(s.Key));

    /// <summary>Factor of the consistency weight, by the rollbacks there were.</summary>
    public double ConsistencyFactor => _guard.Halve == RollbackChange.ConsistencyWeight ? Math.Pow(0.5, State.Rollbacks) : 1;

    /// <summary>Factor of the learning rate, by the rollbacks there were.</summary>
    public double LearningRateFactor => _guard.Halve == RollbackChange.LearningRate ? Math.Pow(0.5, State.Rollbacks) : 1;

    /// <summary>A guard for a run; null where there is nothing to watch, because it learns from labels alone.</summary>
    public static CollapseGuard? For(Recipe recipe, GuardState state) => recipe.Method is ConsistencyOptions ? new(recipe, state) : null;

    /// <summary>Looks at a step.</summary>
    /// <returns>What has become certain with this look, collapses first.</returns>
    public IReadOnlyList<Alarm> Look(VitalSigns signs)
    {
        // Dark heatmaps are no sign in a young network, yet nothing to go back to.
        _looksSick = Enum.GetValues<AlarmKind>().Any(k => Alarm.Collapses(k) && IsBad(k, signs));
        if (signs.Step < _from)
            return [];
        Remember(signs.Darkest.Unlabelled);
        var alarms = new List<Alarm>();
        foreach (var kind in Enum.GetValues<AlarmKind>())
        {
            var streak = IsBad(kind, signs) ? State.Streak(kind) + 1 : 0;
            State = State with { Streaks = State.Streaks.SetItem(kind, streak) };
            if (streak < Patience(kind) || State.Told.Contains(kind))
                continue;
            // A run that was only warned of its collapse may be resumed under a guard that stops it.
            if (!Alarm.Collapses(kind) || _guard.Action == GuardAction.Warn)
                State = State with { Told = State.Told.Add(kind) };
            alarms.Add(new Alarm(kind, signs.Step, Describe(kind, signs), Advise(kind)));
        }

        return alarms;
    }

    private int Patience(AlarmKind kind) => kind == AlarmKind.TeachersMerged ? MergedPatience * _guard.Looks : _guard.Looks;

    // The level is what three looks in a row reached, so that one bright batch does not raise it.
    private void Remember(double maximum)
    {
        var recent = State.Recent;
        State = State with
        {
            Level = recent.Length == 2 ? Math.Max(State.Level, Math.Min(maximum, Math.Min(recent[0], recent[1]))) : State.Level,
            Recent = recent.Length == 2 ? [recent[1], maximum] : [.. recent, maximum],
        };
    }

    private bool IsBad(AlarmKind kind, VitalSigns signs)
    {
        var (labelled, unlabelled) = (signs.Darkest.Labelled, signs.Darkest.Unlabelled);
        var lit = Lit * _guard.DarkMaximum;
        var dark = unlabelled < _guard.DarkMaximum;
        var fallen = State.Level >= lit && unlabelled < _guard.Fall * State.Level;
        return kind switch
        {
            AlarmKind.Dark => dark && labelled >= lit && unlabelled < _guard.DarkShare * labelled,
            AlarmKind.Fallen => dark && fallen,
            AlarmKind.EmptyTargets => signs.Energy < _guard.TargetEnergy && signs.Consistency < NoLoss,
            AlarmKind.Falling => !dark && fallen,
            AlarmKind.GateShut => signs.Epoch > 0 && labelled >= lit && signs.Accepted < _guard.Accepted,
            AlarmKind.TeachersMerged => signs.Distance < NoDistance && signs.PresentPair is null or >= 1,
            _ => false,
        };
    }

    private string Describe(AlarmKind kind, VitalSigns signs)
    {
        var (network, labelled, unlabelled) = (signs.Darkest.Network, Number(signs.Darkest.Labelled), Number(signs.Darkest.Unlabelled));
        return kind switch
        {
            AlarmKind.Dark => $"Unlabelled heatmaps have gone out: mean maximum {unlabelled} on unlabelled against {labelled} on labelled persons (network {network}); the pseudo labels teach background.",
            AlarmKind.Fallen => $"Heatmaps have gone out: mean maximum {unlabelled} on unlabelled persons, where it was {Number(State.Level)}, and {labelled} on labelled ones (network {network}); the networks agree on background.",
            AlarmKind.EmptyTargets => $"The pseudo labels are empty: they hold {Percent(signs.Energy)} of a label's energy, and the consistency losses are {Percent(signs.Consistency)} of the supervised ones (heatmap maximum {unlabelled} on unlabelled, {labelled} on labelled persons); the networks agree on background.",
            AlarmKind.Falling => $"Heatmaps on unlabelled persons fade: mean maximum {unlabelled}, where it was {Number(State.Level)} (network {network}; {labelled} on labelled persons). A collapse may follow.",
            AlarmKind.GateShut => $"The gate lets only {Percent(signs.Accepted)} of the pseudo keypoints through, though heatmaps reach {labelled} on labelled persons: unlabelled persons teach next to nothing.",
            _ => $"The two networks that teach one another have become one: their keypoints were the same at {Patience(kind)} looks in a row, so that comparing them says nothing.",
        };
    }

    private string Advise(AlarmKind kind) => kind switch
    {
        AlarmKind.GateShut => "Look whether the unlabelled pictures show persons like the labelled ones; lower method.scoreThreshold, or train on labels longer first (method.burnInSteps).",
        AlarmKind.TeachersMerged => "Start them from different weights (model.auxiliaryWeights), or give them different views.",
        _ => CollapseCause.Of(_recipe).Advice,
    };

    private static string Number(double value) => value.ToString(value < 0.01 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share < 0.0001 ? "less than 0.01 %" : (100 * share)?.ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
