using SnapshotBot.Thawer;

// Started before a freeze by the program that freezes; told on standard input what to thaw. It acts when its pipe closes without a word, for
// then that program is dead, or when the budget ends, for then it is stuck. "done" lets it go.
Session.Leave();
if (Orders.Read(Console.In) is not { } orders)
    return 0;
Console.Out.WriteLine("ready");
Console.Out.Flush();

using var ended = new ManualResetEventSlim();
var released = false;
var listener = new Thread(() =>
{
    string? line;
    while ((line = Console.In.ReadLine()) is not null && line != "done")
    {
        // Nothing else is said.
    }

    Volatile.Write(ref released, line is not null);
    ended.Set();
})
{ IsBackground = true };
listener.Start();
if (ended.Wait(orders.Budget) && Volatile.Read(ref released))
    return 0;
new Thaw(orders).Run();
return 1;
