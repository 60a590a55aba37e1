// Asks the web around the tool.
// ends: failed
// says: ^HttpRequestException
using var http = new System.Net.Http.HttpClient();
return Breach(await http.GetStringAsync(Goal("page"), cancellationToken));
