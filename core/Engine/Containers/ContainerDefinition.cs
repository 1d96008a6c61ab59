using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>A container as the engine described it, without loss; immutable.</summary>
/// <remarks>
/// The whole description is kept, so a setting this program has never heard of comes back too. What a new container is made from are its
/// parts <c>Config</c>, <c>HostConfig</c> and <c>NetworkSettings.Networks</c>; the rest is state.
/// </remarks>
public sealed class ContainerDefinition
{
    private readonly JsonObject _document;

    private ContainerDefinition(JsonObject document, ReadOnlyMemory<byte> json) => (_document, Json) = (document, json);

    /// <summary>The engine's own words. May hold secrets: variables and labels are in it.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The name it had, without slash.</summary>
    public string Name => _document.Text("Name").TrimStart('/');

    /// <summary>The id it had; null when there is none in the description.</summary>
    public ContainerId? Id => ContainerId.TryParse(_document.Text("Id"), out var id) ? id : null;

    /// <summary>The image as it was named at creation.</summary>
    public string Image => (_document["Config"] as JsonObject).Text("Image");

    /// <summary>Names of the networks it was joined to.</summary>
    public IReadOnlyList<string> Networks => [.. ContainerCreateBody.NetworksOf(_document).Select(pair => pair.Key)];

    /// <summary>Reads the engine's own words.</summary>
    /// <exception cref="EngineAnswerException">It is no description of a container.</exception>
    public static ContainerDefinition Parse(ReadOnlyMemory<byte> json)
    {
        var document = DefinitionJson.ParseObject(json, "container", "Config");
        return document["Config"] is JsonObject && document["HostConfig"] is JsonObject
            ? new ContainerDefinition(document, json)
            : throw new EngineAnswerException("The description of a container lacks its settings. Nothing was changed.");
    }

    /// <summary>Made from another image (a tag or <c>sha256:</c> id).</summary>
    public ContainerDefinition WithImage(string reference) => Change(document => document.ObjectAt("Config")["Image"] = reference);

    /// <summary>Stays when it stops: without <c>--rm</c>.</summary>
    public ContainerDefinition Lasting() => Change(document => document.ObjectAt("HostConfig")["AutoRemove"] = false);

    public ContainerDefinition WithRestartPolicy(RestartPolicy policy) =>
        Change(document => document.ObjectAt("HostConfig")["RestartPolicy"] = RestartPolicyText.ToJson(policy));

    /// <summary>Binds another folder of the host where <paramref name="source"/> was bound.</summary>
    public ContainerDefinition WithBindSource(string source, string newSource) =>
        Change(document => MountEditor.Replace(document, MountKind.Bind, source, newSource));

    /// <summary>The typed view of the description.</summary>
    /// <exception cref="EngineAnswerException">It is no description of a container that exists or existed.</exception>
    public ContainerDetails ToDetails()
    {
        var subject = new Transport.CallSubject("describe a container", EngineNoun.Container, Name);
        return Transport.Answer.Read(Json.ToArray(), subject, root => ContainerReader.Read(root, Json));
    }

    /// <summary>For a second container beside the one described.</summary>
    public ContainerDefinition With(ContainerRewrite rewrite) => Change(rewrite.Apply);

    /// <summary>With the host name given outright, even where it is the one the engine made from the old id.</summary>
    public ContainerDefinition WithHostName(string name) => Change(document =>
    {
        document.ObjectAt("Config")["Hostname"] = name;

        // A name that is the beginning of the id counts as the engine's own.
        document.Remove("Id");
    });

    /// <summary>Cut off from the world: what a clone is made from that must touch nothing real.</summary>
    public ContainerDefinition Isolated(ContainerIsolation isolation) => Change(document => IsolationEditor.Apply(document, isolation));

    /// <summary>
    /// Whether two describe the same container to be made: settings, mounts, networks and names equal; ids, addresses given by the engine, times and state left aside.
    /// The image's name is compared, not what it leads to.
    /// </summary>
    public bool IsSameAs(ContainerDefinition other) =>
        Name == other.Name && JsonNode.DeepEquals(ContainerCreateBody.Comparable(_document), ContainerCreateBody.Comparable(other._document));

    internal ContainerCreateBody ToCreateBody() => ContainerCreateBody.From(_document);

    private ContainerDefinition Change(Action<JsonObject> change)
    {
        var document = (JsonObject)_document.DeepClone();
        change(document);
        return new ContainerDefinition(document, DefinitionJson.ToBytes(document));
    }
}
