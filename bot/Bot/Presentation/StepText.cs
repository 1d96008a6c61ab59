namespace SnapshotBot.Bot.Presentation;

/// <summary>The steps of operations as people read them.</summary>
internal static class StepText
{
    public static string Of(string step) => step switch
    {
        "inspect" => "inspecting",
        "freeze" => "freezing",
        "read" => "copying",
        "thaw" => "thawing",
        "commit" => "committing",
        "plan" => "comparing",
        "stage" => "staging",
        "stop" => "stopping",
        "safety" => "keeping the world of now",
        "swap" => "swapping",
        "recreate" => "making containers anew",
        "start" => "starting",
        "health" => "checking that it runs",
        "check" => "reading back",
        "sync" => "reading the repository",
        "heal" => "healing what was interrupted",
        _ => step,
    };
}
