using System.Security.Cryptography;
using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Servers;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>Finds a container's upper directory and makes sure that reading it tells the whole difference.</summary>
internal sealed class LayerInspector(HostFiles files)
{
    private const string ProbeName = ".snapshotbot-probe-";

    /// <summary>Looks for the layer; a fault is data, since a snapshot without a layer may still be what somebody wants.</summary>
    /// <param name="engine">Who knows, or hides, where it is.</param>
    /// <param name="container">The container as described now.</param>
    /// <param name="remembered">Where it was when last seen running, for engines that hide it from a stopped one.</param>
    public async Task<InspectedLayer> InspectAsync(
        IDockerEngine engine, ContainerDetails container, ContainerReference remembered, CancellationToken cancellationToken)
    {
        switch (await engine.WritableLayers.FindAsync(container, cancellationToken))
        {
            case WritableLayerLookup.Found { Layer: var layer }:
                return layer.IsWholeDifference
                    ? Check(layer.UpperDirectory, layer.UsesUserAttributes)
                    : new InspectedLayer(null, layer.UsesUserAttributes, LayerFault.NotTheDifference);
            case WritableLayerLookup.HiddenWhileStopped when remembered.Upper is { } upper && remembered.Id == container.Id.Value:
                return Check(upper, usesUserAttributes: false);
            default:
                return new InspectedLayer(null, false, LayerFault.NoUpperDirectory);
        }
    }

    private InspectedLayer Check(string upper, bool usesUserAttributes)
    {
        try
        {
            using var folder = files.OpenFolder(upper);
            using var beside = files.OpenFolder(HostFiles.Parent(upper));
            return CanReadMarks(beside, usesUserAttributes)
                ? new InspectedLayer(upper, usesUserAttributes, null)
                : new InspectedLayer(null, usesUserAttributes, LayerFault.TrustedAttributesHidden);
        }
        catch (FileSystemException)
        {
            return new InspectedLayer(null, usesUserAttributes, LayerFault.NotOnThisHost);
        }
    }

    /// <summary>Without the privilege, trusted attributes read as absent and no error tells: write one beside the layer and read it back.</summary>
    private static bool CanReadMarks(DirectoryHandle folder, bool usesUserAttributes)
    {
        var name = Encoding.ASCII.GetBytes(ProbeName + RandomNumberGenerator.GetHexString(8, lowercase: true));
        var attribute = Encoding.ASCII.GetBytes(usesUserAttributes ? "user.snapshotbot.probe" : "trusted.snapshotbot.probe");
        try
        {
            using var probe = folder.CreateNamelessFile(name, 0x180);
            probe.SetAttribute(attribute, "y"u8);
            return probe.ReadAttributes().Any(one => one.Name.AsSpan().SequenceEqual(attribute) && one.Value.AsSpan().SequenceEqual("y"u8));
        }
        catch (FileSystemException)
        {
            return false;
        }
    }
}
