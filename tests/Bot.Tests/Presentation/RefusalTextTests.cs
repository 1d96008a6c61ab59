using System.Reflection;
using System.Text.Json.Serialization;
using Shouldly;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service;
using Xunit;

namespace SnapshotBot.Bot.Tests.Presentation;

public sealed class RefusalTextTests
{
    public static TheoryData<string> Codes => [.. Derived().Select(each => (string)each.TypeDiscriminator!)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Of_EveryRefusal_KeepsItsCodeAndClassAndSaysWhatToDo(string code)
    {
        var refusal = (Refusal)Make(Derived().Single(each => (string)each.TypeDiscriminator! == code).DerivedType);

        var failure = RefusalText.Of(refusal);

        failure.Code.ShouldBe(code);
        ((int)failure.Exit).ShouldBe((int)refusal.Class);
        failure.Message.ShouldEndWith(".");
        failure.Hint.ShouldNotBeNullOrWhiteSpace();
    }

    private static IEnumerable<JsonDerivedTypeAttribute> Derived() => typeof(Refusal).GetCustomAttributes<JsonDerivedTypeAttribute>();

    private static object Make(Type type)
    {
        var constructor = type.GetConstructors()[0];
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => ValueOf(parameter.ParameterType))]);
    }

    private static object? ValueOf(Type type) =>
        type == typeof(string) ? "some\u001btext"
        : type == typeof(IReadOnlyList<string>) ? new[] { "one", "two" }
        : type == typeof(IReadOnlyList<SnapshotCandidate>) ? new[] { new SnapshotCandidate("0a", "s", "n", DateTimeOffset.UnixEpoch) }
        : type.IsValueType ? Activator.CreateInstance(type) : null;
}
