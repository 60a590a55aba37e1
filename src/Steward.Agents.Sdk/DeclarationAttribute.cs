namespace Steward.Agents.Sdk;

/// <summary>
/// What an agent is for and what it needs, as JSON, above its class. It is read without running the agent, and what it does
/// not name is refused. Members, all but the first optional:
/// <list type="bullet">
/// <item><c>purpose</c>: one sentence for people.</item>
/// <item><c>schedule</c>: <c>{ "cron": "*/5 * * * *", "zone": "Europe/Berlin" }</c> (five or six fields, <c>@hourly</c> and
/// friends; UTC without a zone), <c>{ "every": "00:15:00" }</c> (as many hours as you like), or <c>{ "at": "2030-01-01T08:00:00Z" }</c>; with
/// <c>"misfire": "skip"</c> a time that was missed is left out instead of being run once, late.</item>
/// <item><c>settings</c>: by name, <c>{ "type": "text | number | flag | url | list", "about": "...", "default": ... }</c>;
/// without a default it has to be given.</item>
/// <item><c>tools</c>: by name. <c>"http": { "hosts": ["api.example.org", "{url}"] }</c>, where <c>{url}</c> is the host of
/// that setting; <c>"notify": { "channels": ["telegram"] }</c>; <c>"files": {}</c>, <c>"memory": {}</c>,
/// <c>"model": {}</c>, <c>"github": {}</c>, <c>"railway": {}</c>, <c>"n8n": {}</c>, <c>"agents": {}</c>.</item>
/// <item><c>limits</c>: <c>{ "time": "00:05:00", "memoryMb": 256, "cores": 0.5, "retries": 3 }</c>.</item>
/// </list>
/// </summary>
/// <param name="json">The JSON, a constant.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DeclarationAttribute(string json) : Attribute
{
    /// <summary>The JSON.</summary>
    public string Json { get; } = json;
}
