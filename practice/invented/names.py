"""Names that go together, by the languages of those who bear them."""

from __future__ import annotations

from dataclasses import dataclass

from practice.languages import Language


def names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


@dataclass(frozen=True, slots=True)
class Culture:
    """One set of names; `speaks` weighs languages in hundredths, the rest English."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    speaks: tuple[tuple[Language, int], ...] = ()
    # What those born before 1972 are called; empty: the same.
    older_women: tuple[str, ...] = ()
    older_men: tuple[str, ...] = ()
    has_two_families: bool = False  # many bear both parents' names


MIDWESTERN = Culture(
    women=names(
        "Abigail, Addison, Alexis, Alyssa, Amber, Ashley, Audrey, Autumn, Ava, "
        "Bethany, Brianna, Brooke, Caitlin, Cassidy, Charlotte, Chelsea, Chloe, "
        "Claire, Courtney, Danielle, Elena, Ella, Emily, Emma, Erin, Evelyn, Faith, "
        "Grace, Hailey, Hannah, Harper, Heather, Holly, Isabel, Jenna, Jessica, "
        "Jordan, Julia, Kaitlyn, Kayla, Kelsey, Lauren, Leah, Lily, Lucy, "
        "Mackenzie, Madison, Megan, Mia, Molly, Morgan, Natalie, Nicole, Olivia, "
        "Paige, Piper, Quinn, Rachel, Rebecca, Rowan, Sadie, Samantha, Sarah, "
        "Savannah, Sophie, Stella, Tara, Tessa, Victoria, Violet, Zoë"
    ),
    men=names(
        "Aaron, Adam, Aidan, Alexander, Andrew, Austin, Benjamin, Blake, Brandon, "
        "Caleb, Cameron, Charles, Christopher, Cole, Connor, Daniel, David, Dylan, "
        "Eli, Elliot, Ethan, Evan, Finn, Gabriel, Garrett, Graham, Grant, Griffin, "
        "Henry, Hudson, Ian, Isaac, Jack, Jacob, James, Jared, Jason, Jonah, "
        "Joseph, Joshua, Kevin, Kyle, Landon, Levi, Liam, Logan, Lucas, Luke, "
        "Mason, Matthew, Max, Michael, Miles, Nathan, Nicholas, Noah, Oliver, Owen, "
        "Parker, Patrick, Peter, Robert, Ryan, Samuel, Sean, Spencer, Theodore, "
        "Thomas, Tyler, William, Wyatt, Zachary"
    ),
    older_women=names(
        "Alice, Ann, Barbara, Betty, Beverly, Bonnie, Carol, Carolyn, Catherine, "
        "Cheryl, Christine, Cynthia, Deborah, Diane, Donna, Dorothy, Eleanor, "
        "Elizabeth, Frances, Gail, Gloria, Helen, Irene, Janet, Janice, Jean, Joan, "
        "Joyce, Judith, Karen, Kathleen, Laura, Linda, Lois, Margaret, Marilyn, "
        "Marjorie, Martha, Mary, Nancy, Norma, Pamela, Patricia, Phyllis, Rosemary, "
        "Ruth, Sandra, Sharon, Shirley, Susan, Theresa, Virginia, Wanda"
    ),
    older_men=names(
        "Albert, Alan, Arthur, Bruce, Carl, Craig, Dale, Dennis, Donald, Douglas, "
        "Earl, Edward, Eugene, Francis, Frank, Fred, Gary, George, Gerald, Glenn, "
        "Gordon, Harold, Harry, Howard, Jerome, John, Keith, Kenneth, Larry, "
        "Lawrence, Leonard, Lloyd, Martin, Melvin, Norman, Paul, Philip, Ralph, "
        "Raymond, Richard, Roger, Ronald, Roy, Russell, Stanley, Stephen, Vernon, "
        "Walter, Warren, Wayne"
    ),
    families=names(
        "Abernathy, Albrecht, Alcott, Amberg, Archer, Ashworth, Atwood, Baird, "
        "Barlow, Barrett, Becker, Bellamy, Bergstrom, Blackwood, Brandt, Brennan, "
        "Briggs, Brockway, Buchanan, Burkhart, Calloway, Carmichael, Clifton, "
        "Colby, Conway, Corrigan, Dahl, Dalton, Danforth, Davenport, Dawson, "
        "Delaney, Donovan, Drummond, Eastman, Eldridge, Ellsworth, Fairbanks, "
        "Farley, Fenwick, Finley, Fitzgerald, Forsythe, Gallagher, Garner, Gibbons, "
        "Gilchrist, Goodwin, Greer, Gustafson, Hadley, Hagen, Halvorsen, Hanley, "
        "Hargrove, Harper, Hartmann, Haugen, Hawthorne, Hendricks, Holcomb, Hollis, "
        "Ingram, Iverson, Jensen, Johansson, Keating, Kendrick, Kessler, Kilgore, "
        "Kincaid, Kramer, Kruger, Lambert, Langley, Larkin, Larsen, Lockhart, "
        "Lowell, Ludwig, Lyons, MacKenzie, Maddox, Mayfield, McAllister, McBride, "
        "McCormick, McGrath, McKenna, Meyer, Middleton, Mueller, Nielsen, Norwood, "
        "O'Brien, O'Connell, O'Leary, Olson, Paxton, Pemberton, Peterson, Prescott, "
        "Quigley, Radcliffe, Ramsey, Redmond, Reinhardt, Rhodes, Rigby, Rutledge, "
        "Schaefer, Schmidt, Sheffield, Sheridan, Sinclair, Sorensen, Stafford, "
        "Sterling, Sutherland, Talbot, Thornton, Tremblay, Vogel, Wagner, Waverly, "
        "Weaver, Wheeler, Whitaker, Whitlock, Winslow, Woodruff, Yates, Zimmerman"
    ),
)

BLACK_AMERICAN = Culture(
    women=names(
        "Aaliyah, Alicia, Amara, Aniyah, Ayanna, Bria, Camille, Chanel, Danielle, "
        "Destiny, Ebony, Imani, India, Jada, Jasmine, Kayla, Keisha, Kiara, Latoya, "
        "Layla, Maya, Monique, Naomi, Nia, Raven, Renee, Sasha, Shanice, Simone, "
        "Tamika, Tasha, Tiana, Trinity, Zaria, Zora"
    ),
    men=names(
        "Andre, Antoine, Brandon, Cameron, Cedric, Darius, Darnell, DeAndre, "
        "Desmond, Devin, Dominic, Elijah, Isaiah, Jalen, Jamal, Jaylen, Jeremiah, "
        "Josiah, Julian, Keith, Kendall, Lamar, Malcolm, Malik, Marcus, Marquis, "
        "Maurice, Nathaniel, Quincy, Reggie, Terrence, Trevon, Tyrell, Xavier, Zion"
    ),
    older_women=names(
        "Bernice, Bessie, Clarice, Delores, Earlene, Ernestine, Ethel, Gwendolyn, "
        "Hattie, Jacqueline, Lorraine, Loretta, Lucille, Mattie, Odessa, Ruby, "
        "Vivian, Wilma, Yvonne"
    ),
    older_men=names(
        "Alonzo, Booker, Calvin, Clarence, Cleveland, Curtis, Elmer, Ernest, Floyd, "
        "Herbert, Horace, Leroy, Luther, Nathaniel, Otis, Percy, Roosevelt, Rufus, "
        "Sylvester, Willie"
    ),
    families=names(
        "Alston, Ambrose, Banks, Battle, Baxter, Bland, Booker, Broadnax, Bynum, "
        "Caldwell, Coates, Crenshaw, Cunningham, Dandridge, Diggs, Dorsey, Easley, "
        "Epps, Everett, Fairley, Fields, Gaines, Gadson, Goins, Grady, Hairston, "
        "Hampton, Hargett, Haywood, Hinton, Ivory, Jefferson, Jessup, Kirkland, "
        "Ledbetter, Lofton, Mabry, McCray, McNair, Merriweather, Mosley, Nesbitt, "
        "Outlaw, Pettway, Pinkney, Ratliff, Rollins, Sims, Singletary, Spruill, "
        "Stallworth, Tolliver, Townsend, Tyson, Upshaw, Vaughn, Wardlaw, Whitfield, "
        "Wooten, Yancey"
    ),
)

LATIN_AMERICAN = Culture(
    women=names(
        "Adriana, Alejandra, Alma, Ana, Andrea, Araceli, Beatriz, Camila, Carmen, "
        "Carolina, Catalina, Claudia, Cristina, Daniela, Diana, Dolores, Elena, "
        "Esmeralda, Esperanza, Estela, Fernanda, Gabriela, Graciela, Guadalupe, "
        "Inés, Irma, Isabela, Itzel, Jimena, Josefina, Juana, Karla, Leticia, "
        "Lucía, Luz, Marisol, María, María José, Mariana, Maribel, Mónica, Nayeli, "
        "Norma, Paola, Patricia, Pilar, Raquel, Renata, Rocío, Rosa, Sandra, Sofía, "
        "Valentina, Verónica, Victoria, Ximena, Yolanda, Zulema"
    ),
    men=names(
        "Adrián, Alberto, Alejandro, Alfredo, Ángel, Antonio, Armando, Arturo, "
        "Carlos, César, Cristian, Daniel, Diego, Eduardo, Emiliano, Enrique, "
        "Ernesto, Esteban, Felipe, Fernando, Francisco, Gerardo, Gilberto, "
        "Guillermo, Gustavo, Héctor, Hugo, Ignacio, Ismael, Iván, Javier, Jesús, "
        "Joaquín, Jorge, José, José Luis, Juan, Juan Carlos, Leonardo, Luis, "
        "Manuel, Marco Antonio, Martín, Mateo, Matías, Miguel, Óscar, Pablo, Pedro, "
        "Rafael, Ramón, Raúl, Ricardo, Roberto, Rodrigo, Rubén, Salvador, Santiago, "
        "Sebastián, Sergio, Tomás, Vicente"
    ),
    families=names(
        "Acosta, Aguilar, Alvarado, Arellano, Ávila, Ayala, Barrera, Bautista, "
        "Bravo, Cabrera, Campos, Cárdenas, Carrillo, Castillo, Castro, Cervantes, "
        "Contreras, Cordero, Cortés, De la Cruz, De León, Delgado, Díaz, Domínguez, "
        "Escobedo, Espinoza, Esquivel, Estrada, Figueroa, Flores, Fuentes, Galindo, "
        "Gallegos, García, Garza, Gómez, González, Guerrero, Gutiérrez, Hernández, "
        "Herrera, Huerta, Ibarra, Jiménez, Juárez, Lara, López, Lozano, Luna, "
        "Maldonado, Márquez, Martínez, Medina, Mejía, Méndez, Mendoza, Meza, "
        "Molina, Montoya, Morales, Moreno, Muñoz, Navarro, Núñez, Ochoa, Orozco, "
        "Ortega, Ortiz, Pacheco, Padilla, Peña, Peralta, Pérez, Ponce, Quintero, "
        "Ramírez, Rangel, Reyes, Ríos, Rivas, Rivera, Robles, Rocha, Rodríguez, "
        "Rojas, Romero, Rosales, Ruiz, Salazar, Salinas, Sánchez, Sandoval, Santos, "
        "Serrano, Solís, Soto, Suárez, Tapia, Torres, Trejo, Valdez, Valencia, "
        "Vargas, Vásquez, Vega, Velasco, Villa, Villanueva, Villarreal, Zamora, "
        "Zavala, Zúñiga"
    ),
    speaks=((Language.SPANISH, 69),),
    has_two_families=True,
)

POLISH = Culture(
    women=names(
        "Agnieszka, Aleksandra, Anna, Barbara, Beata, Bożena, Dorota, Elżbieta, "
        "Ewa, Grażyna, Halina, Iwona, Jadwiga, Joanna, Karolina, Katarzyna, "
        "Krystyna, Magdalena, Małgorzata, Monika, Wanda, Zofia"
    ),
    men=names(
        "Adam, Andrzej, Bogdan, Czesław, Grzegorz, Henryk, Jacek, Jan, Jerzy, "
        "Kazimierz, Krzysztof, Łukasz, Marek, Mateusz, Michał, Paweł, Piotr, "
        "Stanisław, Tadeusz, Tomasz, Wojciech, Zbigniew"
    ),
    families=names(
        "Adamczyk, Bąk, Bielak, Chmura, Cieślak, Czajka, Dąbek, Domagała, Duda, "
        "Gajda, Gołąb, Górka, Jankowiak, Jurek, Kaczmarek, Kołodziej, Krawczyk, "
        "Kubiak, Lis, Madej, Malec, Mazur, Michalik, Mróz, Nowak, Olczak, Pająk, "
        "Pietrzak, Sikora, Skiba, Sobczak, Stępień, Szewczyk, Walczak, Wilk, "
        "Wojtasik, Wróbel, Zając, Zielonka"
    ),
    speaks=((Language.POLISH, 38),),
)

# What some of them are called by everybody.
SHORT_FORMS: dict[str, str] = dict(
    pair.split(":")
    for pair in names(
        "Abigail:Abby, Alexander:Alex, Andrew:Drew, Barbara:Barb, Beatriz:Betty, "
        "Benjamin:Ben, Catherine:Cathy, Charles:Chuck, Christopher:Chris, "
        "Deborah:Debbie, Dolores:Lola, Donald:Don, Dorothy:Dot, Edward:Ted, "
        "Eleanor:Ellie, Elizabeth:Liz, Francisco:Paco, Gabriel:Gabe, "
        "Gerald:Jerry, Guadalupe:Lupita, Guillermo:Memo, Gwendolyn:Gwen, "
        "Ignacio:Nacho, Isabel:Izzy, James:Jim, Jessica:Jess, José:Pepe, "
        "Joseph:Joe, Joshua:Josh, Katarzyna:Kasia, Kathleen:Kathy, Kenneth:Ken, "
        "Lawrence:Larry, Leonard:Len, Mackenzie:Kenzie, Margaret:Peg, "
        "María José:Marijó, Marjorie:Marge, Matthew:Matt, Michael:Mike, "
        "Nathaniel:Nate, Nicholas:Nick, Patricia:Pat, Patrick:Paddy, Philip:Phil, "
        "Rebecca:Becca, Richard:Rick, Robert:Bob, Ronald:Ron, Rosemary:Rosie, "
        "Samantha:Sam, Samuel:Sam, Savannah:Vanna, Stephen:Steve, Susan:Sue, "
        "Terrence:Terry, Theodore:Teddy, Theresa:Terry, Thomas:Tom, Timothy:Tim, "
        "Victoria:Tori, Virginia:Ginny, William:Bill, Zachary:Zach"
    )
)
