using System.Text.Json;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

internal sealed class DockerVolumes(EngineChannel channel) : IVolumes
{
    public async Task<IReadOnlyList<VolumeDetails>> ListAsync(CancellationToken cancellationToken)
    {
        var subject = new CallSubject("list its volumes", EngineNoun.Volume, string.Empty);
        var json = await channel.GetAsync("/volumes", subject, cancellationToken);
        return Answer.Read(json, subject, root => root.Items("Volumes").Select(Read).ToList());
    }

    public async Task<VolumeDetails> InspectAsync(EngineName name, CancellationToken cancellationToken)
    {
        var subject = Subject("describe volume", name);
        var json = await channel.GetAsync($"/volumes/{name.Value}", subject, cancellationToken);
        return Answer.Read(json, subject, Read);
    }

    public async Task<VolumeDetails> CreateAsync(VolumeDefinition definition, CancellationToken cancellationToken)
    {
        var name = EngineName.Parse(definition.Name);
        var subject = Subject("make volume", name);
        var json = await channel.PostAsync("/volumes/create", definition.ToCreateBody(), subject, cancellationToken);
        var made = Answer.Read(json, subject, Read);

        // The engine answers with the volume that is there already and says nothing of the difference.
        return made.Driver == definition.Driver && SameOptions(made.Options, definition.Options)
            ? made
            : throw new EngineConflictException(
                "volume exists with other options",
                $"There is a volume {name} already, with another driver or other options than the one to be made. It was not changed. Rename or remove it, or choose another name.");
    }

    public Task RemoveAsync(EngineName name, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("remove volume", name), channel.LongAnswerTimeout, token => channel.Client.Volumes.RemoveAsync(name.Value, false, token), cancellationToken);

    private static bool SameOptions(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static CallSubject Subject(string doing, EngineName name) => new($"{doing} {name}", EngineNoun.Volume, name.Value);

    private static VolumeDetails Read(JsonElement root) => new()
    {
        Name = EngineName.Parse(root.Text("Name")),
        Driver = root.Text("Driver"),
        Options = root.TextMap("Options"),
        Labels = root.TextMap("Labels"),
        MountPoint = root.Text("Mountpoint"),
        Scope = root.Text("Scope"),
        Definition = VolumeDefinition.Parse(System.Text.Encoding.UTF8.GetBytes(root.GetRawText())),
    };
}
