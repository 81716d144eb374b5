"""
The authorize endpoint: what an app asks for when it sends somebody here, and what it gets.

An unknown app or redirect address is told to the person, since nobody else can be trusted with it; all other errors
go to the redirect. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow,
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-implicit-grant-flow
"""



